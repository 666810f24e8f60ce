// The package's hashes are those of node, one at a time and four at once with SIMD.
import assert from "node:assert";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, wasm] = process.argv.slice(2);
// The package carries its module as text; here it is read from the file.
writeFileSync(
  `${folder}/lib/wasmSimdCode.js`,
  `import { readFileSync } from "node:fs";\nexport const wasmSimdCode = readFileSync(${JSON.stringify(wasm)});\n`,
);
const { batchHash4UintArray64s, digest, simdEnabled } = await import(pathToFileURL(`${folder}/lib/index.js`));

const hex = (bytes) => Buffer.from(bytes).toString("hex");
const expected = (bytes) => createHash("sha256").update(bytes).digest("hex");
const text = (length, first) => Uint8Array.from({ length }, (_, i) => (first + 7 * i) % 251);

assert(simdEnabled);
for (const length of [0, 1, 55, 56, 64, 65, 1000]) assert.equal(hex(digest(text(length, 3))), expected(text(length, 3)));
const four = [1, 2, 3, 4].map((first) => text(64, first));
assert.deepEqual(batchHash4UintArray64s(four).map(hex), four.map(expected));
console.log(hex(digest(Buffer.from("abc"))));
