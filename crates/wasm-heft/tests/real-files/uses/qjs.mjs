// The reactor is started as `qjs -e EXPRESSION` would be.
import { readFileSync } from "node:fs";
import { WASI } from "node:wasi";

const [, wasm] = process.argv.slice(2);
const wasi = new WASI({ version: "preview1" });
const { instance } = await WebAssembly.instantiate(readFileSync(wasm), wasi.getImportObject());
wasi.initialize(instance);

const { malloc, memory, qjs_init_argv, qjs_destroy } = instance.exports;
function string(text) {
  const bytes = Buffer.from(`${text}\0`);
  const at = malloc(bytes.length);
  new Uint8Array(memory.buffer).set(bytes, at);
  return at;
}
const program = `
  console.log(6 * 7, 2n ** 100n, (0.1).toFixed(20), "grün".toUpperCase(), /(?<=a)b+/.exec("abb")[0]);
  try { null.x } catch (error) { console.log(String(error)) }
  console.log(JSON.stringify([3, 1, 2].toSorted()), new Date(0).toISOString());`;
const argv = ["qjs", "-e", program].map(string);
const at = malloc(4 * argv.length);
new Uint32Array(memory.buffer).set(argv, at / 4);
console.log("qjs_init_argv:", qjs_init_argv(argv.length, at));
qjs_destroy();
