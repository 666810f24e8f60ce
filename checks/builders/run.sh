# Builds a matrix on builders that are reached over SSH, on loopback; nothing is built by whom asks.
#
# Usage: run.sh FOLDER MATRIX SYSTEM BUILDERS [lost]
#
# FOLDER has `rows.json`, `made` (store paths that are to be built), `expected` (a name and a path a line: what comes
# out of it) and the closure (`registration`, `store-paths`); default.nix writes it. MATRIX: ./matrix.nix.
# BUILDERS: their names, each with one core. lost: the first of them is gone once it has its third build; then
# the same command is given once more. The variable `spoil` has shell lines that are run before anybody connects.
#
# Prints what was built where, and how long it took. Writes a line for each artifact to $out.
# shellcheck shell=bash disable=SC2154 # attributes of the derivation
set -euo pipefail

folder=$1 matrix=$2 system=$3
read -ra builders <<<"$4"
lost=${5:-}

export HOME=$PWD NIX_CONF_DIR=$PWD NIX_STATE_DIR=$PWD/state NIX_LOG_DIR=$PWD/log

# Tools that are not in the store, where there are such.
shared=()
for path in /bin /usr /lib /lib64 /etc/alternatives; do
  if [ -e "$path" ]; then shared+=("$path"); fi
done
settings="experimental-features = nix-command
build-users-group =
substituters =
sandbox = true
sandbox-fallback = false
sandbox-paths = ${shared[*]}"
printf '%s\nmax-jobs = 0\n' "$settings" >nix.conf

# What the builds need, in a store of their own.
nix-store --load-db <"$folder/registration"
grep -v -x -F -f "$folder/made" "$folder/store-paths" >inputs
cp "$folder/rows.json" "$matrix" .
nix copy --no-check-sigs --to "$PWD/client" --stdin <inputs

# NB: a sandbox's user has no shell, and an SSH server starts everything by one.
sed "s|/noshell|$BASH|" /etc/passwd >passwd
ssh-keygen -q -t ed25519 -N '' -f key
port=2200
for name in "${builders[@]}"; do
  core=$(((port - 2200) % $(nproc)))
  port=$((port + 1))
  mkdir "$name"
  printf '%s\nmax-jobs = 1\ncores = 1\n' "$settings" >"$name/nix.conf"
  cat >"$name/daemon" <<EOF
export PATH=$PATH HOME=$PWD/$name NIX_CONF_DIR=$PWD/$name NIX_STATE_DIR=$PWD/$name/state NIX_LOG_DIR=$PWD/$name/log
exec taskset --cpu-list $core nix daemon --stdio --store $PWD/$name/store
EOF
  ssh-keygen -q -t ed25519 -N '' -f "$name/host"
  cp key.pub "$name/authorized"
  cat >"$name/sshd_config" <<EOF
Port $port
ListenAddress 127.0.0.1
HostKey $PWD/$name/host
AuthorizedKeysFile $PWD/$name/authorized
PidFile none
StrictModes no
PasswordAuthentication no
ForceCommand $BASH $PWD/$name/daemon
EOF
  cat >>ssh_config <<EOF
Host $name
  HostName 127.0.0.1
  Port $port
  HostKeyAlias $name
  IdentityFile $PWD/key
  UserKnownHostsFile $PWD/known
  BatchMode yes
EOF
  echo "$name $(cat "$name/host.pub")" >>known
done
eval "$spoil"
export NIX_SSHOPTS="-F $PWD/ssh_config"

# Each builder's processes are in a namespace of their own, and all end with the first of them.
# NB: that is not root there: as root an SSH server asks for more than there is.
declare -A first
machines=
for name in "${builders[@]}"; do
  unshare --user --map-root-user --mount --mount-proc --pid --fork \
    bash -c 'mount --bind passwd /etc/passwd && exec unshare --user --map-user=1000 --map-group=100 "$0" -D -e -f "$1"' \
    "$(type -P sshd)" "$PWD/$name/sshd_config" >"$name/sshd.log" 2>&1 &
  outside=$!
  machines+="ssh-ng://$name $system - 1;"
  for _ in $(seq 50); do
    ! grep -q "Server listening" "$name/sshd.log" 2>/dev/null || break
    sleep 0.2
  done
  # NB: the file does not end its line.
  read -r "first[$name]" <"/proc/$outside/task/$outside/children" || [ -n "${first[$name]}" ]
done

arguments=(--store "$PWD/client" --impure --file "${matrix##*/}"
  --argstr inputs "$PWD/inputs" --argstr rows "$PWD/rows.json")
build() {
  nix build "${arguments[@]}" --no-link --keep-going --print-build-logs --builders "$machines"
}
built_by() { grep -c "^building .* on 'ssh-ng://$1'" log.txt || [ $? = 1 ]; }

SECONDS=0
if [ -n "$lost" ]; then
  : >log.txt
  build >>log.txt 2>&1 &
  command=$!
  while kill -0 $command 2>/dev/null && [ "$(built_by "${builders[0]}")" -lt 3 ]; do
    sleep 0.2
  done
  kill -9 "${first[${builders[0]}]}"
  echo "${builders[0]} is gone after $SECONDS s"
  status=0
  wait $command || status=$?
  cat log.txt
  echo "the command ended with $status; once more"
fi
build 2>&1 | tee -a log.txt
echo "built in $SECONDS s on ${#builders[@]} builders of one core each:"
for name in "${builders[@]}"; do
  echo "$name had $(built_by "$name") builds"
  [ "$(built_by "$name")" -gt 0 ]
done

# Everything is as it is here.
nix eval --store "$PWD/client" --impure --raw --file "${matrix##*/}" --apply "matrix:
  let all = matrix { inputs = \"$PWD/inputs\"; rows = \"$PWD/rows.json\"; }; in
  builtins.concatStringsSep \"\" (map (name: \"\${name} \${all.\${name}}\\n\") (builtins.attrNames all))" >results
while read -r name path; do
  diff -r "$path" "client$(sed -n "s/^$name //p" results)"
  echo "$name" >>"$out"
done <"$folder/expected"
for name in "${builders[@]}"; do
  [ -n "$lost" ] && [ "$name" = "${builders[0]}" ] || kill -9 "${first[$name]}"
done
