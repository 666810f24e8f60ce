# How the native program can be compiled, as data. A build is cargo's profile `release` (opt-level 3) with
# some of its settings changed, by their names in cargo's environment, and further flags of rustc's; `linked` are
# for the program alone.
# Every table of ../../docs/adr/0003-native-build.md has its rows from here.
{ lib, pkgs }:

rec {
  # What `cargo build --release` makes: thin LTO within each crate, 16 codegen units.
  plain = { };

  # Link-time optimization and codegen units, for the native program and for the modules.
  # NB: without LTO set, cargo does it within each crate; `off` is less than that.
  lto = lib.listToAttrs (
    map
      (
        { units, lto }:
        lib.nameValuePair "${lto}-${units}" {
          settings = {
            LTO = lto;
            CODEGEN_UNITS = units;
          };
          inherit lto units;
        }
      )
      (
        lib.cartesianProduct {
          lto = [
            "off"
            "thin"
            "fat"
          ];
          units = [
            "1"
            "16"
          ];
        }
      )
  );

  # Taken for the program as it ships; the reasons are in the ADR.
  shipped = {
    settings = {
      LTO = "fat";
      CODEGEN_UNITS = "1";
      PANIC = "abort";
    };
    # The linkers of other systems do not know it.
    flags = lib.optional pkgs.stdenv.hostPlatform.isLinux packed;
  };

  packed = "-Clink-arg=-Wl,-z,pack-relative-relocs";
  static = "-Ctarget-feature=+crt-static";
  fixed = "-Crelocation-model=static";
  # NB: of ./lld.nix, which is in PATH of every build.
  lld = "-Clink-arg=-fuse-ld=lld";

  # Levers on what the binary is made of: each alone, in the order of the table.
  sections = [
    {
      name = "panic-abort";
      label = "`panic = \"abort\"`";
      settings.PANIC = "abort";
    }
    {
      name = "no-unwind-tables";
      label = "the same, `-Cforce-unwind-tables=no`";
      settings.PANIC = "abort";
      flags = [ "-Cforce-unwind-tables=no" ];
    }
    {
      name = "fixed";
      label = "not position independent";
      linked = [ fixed ];
    }
    {
      name = "static-pie";
      label = "static-pie";
      flags = [ static ];
    }
    {
      name = "static-fixed";
      label = "static, not position independent";
      flags = [ static ];
      linked = [ fixed ];
    }
    {
      name = "packed";
      label = "packed relative relocations";
      flags = [ packed ];
    }
    {
      name = "lld";
      label = "linked by lld";
      flags = [ lld ];
    }
    {
      name = "icf";
      label = "linked by lld, `--icf=all`";
      flags = [
        lld
        "-Clink-arg=-Wl,--icf=all"
      ];
    }
    # What is left of two of them in what ships.
    {
      name = "shipped-icf";
      label = "as it ships, linked by lld, `--icf=all`";
      inherit (shipped) settings;
      flags = shipped.flags ++ [
        lld
        "-Clink-arg=-Wl,--icf=all"
      ];
    }
    {
      name = "shipped-no-unwind-tables";
      label = "as it ships, `-Cforce-unwind-tables=no`";
      inherit (shipped) settings;
      flags = shipped.flags ++ [ "-Cforce-unwind-tables=no" ];
    }
  ];
}
