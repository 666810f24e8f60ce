# The report opens in a real browser, offline, with nothing on its console; its tables are its JSON; they
# sort and filter; the picture of a file can be entered with the keyboard, its functions are found; it fits a
# phone.
#
# The pictures of the page (light, dark, phone, print) are the check's result: look at them. That it opens within
# a second depends on the machine, and is looked at by a deep check.
{
  callFile,
  lab,
  lib,
  pkgs,
  report,
  reportOf,
  runCommand,
}:

let
  rejects = callFile ./rejects.nix;
  shipped = reportOf {
    inherit (lab.shipped) bench;
    arguments = "--reference dlmalloc";
  };

  browser = browserWith { };
  browserWith =
    environment: page:
    runCommand "report-browser" ({ nativeBuildInputs = [ pkgs.chromium ]; } // environment) ''
      cat >fonts.conf <<XML
      <fontconfig>
        <dir>${pkgs.liberation_ttf}/share/fonts</dir>
        <cachedir>$PWD/fonts</cachedir>
      </fontconfig>
      XML
      export FONTCONFIG_FILE=$PWD/fonts.conf
      cp -r ${../crates/wasm-heft/tests/browser} browser
      bash browser/run ${page}/report.html $out
    '';
  opens = browserWith { OPENS_WITHIN = "1000"; };

  # The report with something done to it.
  changed =
    command:
    runCommand "changed-report" { } ''
      mkdir $out
      sed -e ${lib.escapeShellArg command} ${shipped}/report.html >$out/report.html
      if cmp -s ${shipped}/report.html $out/report.html; then
        echo "nothing was changed" >&2
        exit 1
      fi
    '';
in
# Chromium is packaged for Linux only.
{
  checks = lib.optionalAttrs pkgs.stdenv.hostPlatform.isLinux {
    report-browser = browser shipped;
    rejects-report = rejects "report" {
      console = {
        check = browser (changed "s#</main>#<script>console.error('fault')</script></main>#");
        message = "the console is not empty";
      };
      number = {
        check = browser (changed "0,/data-number=\"raw_bytes\">/s//&9/");
        message = "the table says";
      };
      keyboard = {
        check = browser (changed "s#event.key.startsWith(\"Arrow\")#false#");
        message = "moves nowhere in the picture";
      };
      sorting = {
        check = browser (changed "s#return down ? compare(b, a) : compare(a, b);#return 0;#");
        message = "is not sorted by";
      };
      search = {
        check = browser (changed "s#query.addEventListener(\"input\", search);##");
        message = "finds nothing";
      };
    };
  };

  deep = lib.optionalAttrs pkgs.stdenv.hostPlatform.isLinux {
    report-opens = opens shipped;
    # `packages.report`, with more than the first run measures.
    report-whole = browser report;
    rejects-report-opens = rejects "report-opens" {
      slow = {
        check = opens (
          changed "s#</main>#<script>for (const start = performance.now(); performance.now() < start + 1000;);</script></main>#"
        );
        message = "the page does not open within 1000 ms";
      };
    };
  };
}
