// A program is parsed, here and in a thread of the module's own.
import { createRequire } from "node:module";

const [folder] = process.argv.slice(2);
const { parse, parseSync } = createRequire(import.meta.url)(`${folder}/parser.wasi.cjs`);

const source = "import x from 'y'; export const f = async (a: number): Promise<bigint> => BigInt(a) ** 2n;";
console.log(parseSync("a.ts", source, {}).program);
console.log((await parse("b.tsx", "let a = <b c={1}>{d}</b>; let e = ;", {})).errors.map((error) => error.message));
process.exit();
