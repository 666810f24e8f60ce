// The grammar is loaded as a side module by the library that the package brings, and parses a program.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const [folder, wasm] = process.argv.slice(2);
const { Language, Parser } = createRequire(import.meta.url)(`${folder}/wasm/tree-sitter.js`);

await Parser.init();
const parser = new Parser();
parser.setLanguage(await Language.load(readFileSync(wasm)));
// A raw string and a missing bracket go through the grammar's own scanner and its recovery.
console.log(parser.parse("package main\n\nfunc main() { println(`raw`, 'r', 0x1p-2) }\n").rootNode.toString());
console.log(parser.parse("package main\n\nfunc main( { for }\n").rootNode.toString());
