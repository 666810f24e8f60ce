// Floating point numbers are compressed, and come back within the error that was asked for. The code
// generator of jco makes the component runnable in node.
import assert from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";
import { $init, generate } from "@bytecodealliance/jco-transpile/component";
import { WASIShim } from "@bytecodealliance/preview2-shim/instantiation";

const [, wasm] = process.argv.slice(2);
// Its exceptions are those of the standard, which node 24 has behind a flag.
setFlagsFromString("--experimental-wasm-exnref");
await $init;
const { files } = generate(readFileSync(wasm), {
  name: "codec",
  instantiation: { tag: "async" },
  bindgenEnableWasmExnref: true,
  noTypescript: true,
});
const generated = new Map(files);
writeFileSync("codec.mjs", generated.get("codec.js"));
const { instantiate } = await import(pathToFileURL("codec.mjs"));
const { codec } = await instantiate((name) => WebAssembly.compile(generated.get(name)), {
  ...new WASIShim().getImportObject(),
  "wasi:logging/logging": { log: (level, context, message) => console.log(level, context, message) },
});

console.log(codec.codecId(), codec.codecConfigSchema().length);
const wave = Float64Array.from({ length: 4096 }, (_, i) => Math.sin(i / 50) * Math.exp(-i / 2000));
for (const config of [
  { eb_mode: "abs", eb_abs: 1e-3 },
  { eb_mode: "rel", eb_rel: 1e-2, predictor: "regression" },
  { eb_mode: "psnr", eb_psnr: 60, predictor: "lorenzo2-regression" },
]) {
  const sz3 = codec.Codec.fromConfig(JSON.stringify(config));
  const encoded = sz3.encode({ data: { tag: "f64", val: wave }, shape: Uint32Array.of(64, 64) });
  const decoded = sz3.decode(encoded);
  const error = Math.max(...decoded.data.val.map((value, i) => Math.abs(value - wave[i])));
  assert(error <= 2e-2, `an error of ${error}`);
  console.log(sz3.getConfig(), `${encoded.data.val.length} bytes, an error of ${error}`);
}
// What it refuses it says as a value.
try {
  codec.Codec.fromConfig('{"eb_mode": "none"}');
} catch (error) {
  console.log(error.payload.message, error.payload.chain);
}
