// Plates of several countries, right and wrong ones. The calls are those of the package's __init__.py, made
// here from node: the engine that it takes in Python is another file for each system.
import { readFileSync } from "node:fs";
import { WASI } from "node:wasi";

const [, wasm] = process.argv.slice(2);
const wasi = new WASI({ version: "preview1", returnOnExit: true });
const { instance } = await WebAssembly.instantiate(readFileSync(wasm), wasi.getImportObject());
wasi.start(instance);

const { alloc, dealloc, memory, validate } = instance.exports;
function write(text) {
  const bytes = Buffer.from(text);
  const at = alloc(bytes.length);
  new Uint8Array(memory.buffer).set(bytes, at);
  return [at, bytes.length];
}
function isValid(plate, country) {
  const [p, c] = [write(plate), write(country)];
  const result = validate(...p, ...c);
  dealloc(p[0]);
  dealloc(c[0]);
  return result === 1;
}
for (const country of ["DE", "ES", "FR", "IT", "NL", "PT", "XX"]) {
  const plates = ["B AB 1234", "M-XY 99", "1234 BCD", "AB-123-CD", "AB 123 CD", "12-AB-34", "", "ÄÖ 1"];
  console.log(country, plates.filter((plate) => isValid(plate, country)).join(", "));
}
