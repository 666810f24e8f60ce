# Formats TOML.
{ released }:

released {
  pname = "taplo";
  wheel = "taplo";
  version = "0.9.3";
  hashes.x86_64-linux = "M/EmSPJzR41zMMs1KcgvSPOIUB4RIuC+p4vOX/WXK4s=";
}
