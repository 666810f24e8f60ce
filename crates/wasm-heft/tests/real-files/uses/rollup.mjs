// Two modules are bundled into one: parsed by the module under test, without what is not used.
import { createRequire } from "node:module";

const [folder] = process.argv.slice(2);
const { rollup } = createRequire(import.meta.url)(`${folder}/dist/rollup.js`);

const sources = {
  main: 'import { greet } from "greet";\nexport default [greet("you"), /x(?<name>y)/u, 1n ** 2n, class { #a = async () => {}; }];\n',
  greet: "export const greet = (name) => `hello, ${name}`;\nexport const unused = () => document.title;\n",
};
const bundle = await rollup({
  input: "main",
  plugins: [{ name: "sources", resolveId: (id) => id, load: (id) => sources[id] }],
});
const { output } = await bundle.generate({ format: "es", entryFileNames: "[name]-[hash].js" });
console.log(output[0].fileName);
console.log(output[0].code);
await rollup({
  input: "main",
  plugins: [{ name: "faulty", resolveId: (id) => id, load: () => "let a = ;" }],
}).catch((error) => console.log(error.message));
