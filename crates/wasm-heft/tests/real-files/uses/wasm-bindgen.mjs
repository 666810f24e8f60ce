// wasm-bindgen makes a module for node and its glue of the file, and the glue is called.
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";

const [folder, wasm] = process.argv.slice(2);
execFileSync(`${folder}/bindgen`, [wasm, "glue"]);
const { Words } = createRequire(`${process.cwd()}/`)("./glue/greeter.js");

const words = new Words("drei grüne Äpfel 🍏");
console.log([...words.lengths()], words.at(1));
console.log(words.numbered());
words.tell({ hear: (word) => console.log(word.toUpperCase()) });
try {
  words.at(4);
} catch (error) {
  console.log(String(error));
}
words.free();
