// The interpreter inside, of JavaScript or of Python, runs programs: under wasmtime, and in node by the code
// generator of jco. Both hosts have to get the same.
import assert from "node:assert";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { $init, generate } from "@bytecodealliance/jco-transpile/component";
import { WASIShim } from "@bytecodealliance/preview2-shim/instantiation";

const [, wasm] = process.argv.slice(2);
// What the components import besides WASI: other tasks, and HTTP. The programs need neither.
const api = `package capsule:host;
interface api {
  variant task-error {
    invalid-name(string),
    invalid-config(string),
    invalid-args(string),
    internal-error(string),
  }
  record http-response {
    status: u16,
    headers: list<tuple<string, string>>,
    body: string,
  }
  variant http-error {
    network-error(string),
    timeout(string),
    invalid-url(string),
  }
  schedule-task: func(task-name: string, args-json: string, config-json: string) -> result<string, task-error>;
  http-request: func(
    method: string, url: string, headers: list<tuple<string, string>>, body: option<string>
  ) -> result<http-response, http-error>;
}
world host {
  export api;
}
`;
const languages = {
  "js_sandbox.wasm": {
    task: "executeCode",
    programs: [
      // Classes, closures, generators, regular expressions, sorting, big integers.
      `class Shape { area() { return this.w * this.h } }
       function* squares(n) { for (let i = 1n; i <= n; i++) yield i ** i }
       const words = "the quick brown fox jumps over the lazy dog".match(/\\b\\w{4,}\\b/gu).toSorted();
       const shape = Object.assign(new Shape(), { w: 1.5, h: 3 });
       console.log(words.join("+"), shape.area(), [...squares(15n)].join());
       const counts = new Map(); for (const c of "mississippi") counts.set(c, (counts.get(c) ?? 0) + 1);
       JSON.stringify([...counts, Math.sqrt(2), (1234.5).toFixed(2), parseInt("zz", 36)])`,
      `throw new RangeError("out of reach")`,
      `1 +`,
    ],
  },
  "python_sandbox.wasm": {
    task: "execute_code",
    programs: [
      // Classes, generators, modules in Python and in C, sorting, big integers.
      `import json, math, re, itertools, collections
class Shape:
    def __init__(self, w, h):
        self.w, self.h = w, h
    def area(self):
        return self.w * self.h
words = sorted(re.findall(r"\\b\\w{4,}\\b", "the quick brown fox jumps over the lazy dog"))
print("+".join(words), Shape(1.5, 3).area(), [n ** n for n in range(1, 16)])
counts = collections.Counter("mississippi")
json.dumps([counts.most_common(), math.sqrt(2), f"{1234.5:.2f}", list(itertools.permutations("abc"))])`,
      `{}["out of reach"]`,
      `1 +`,
    ],
  },
};
const { task, programs } = languages[basename(wasm)];
const asked = programs.map((code) => JSON.stringify({ task_name: task, args: [code] }));

// The component, and one that gives it what it imports: a function of that one traps.
function composed() {
  const tools = (...args) => execFileSync("wasm-tools", args, { stdio: ["ignore", "ignore", "pipe"] });
  writeFileSync("host.wit", api);
  tools("component", "embed", "--dummy", "host.wit", "-o", "host.core.wasm");
  tools("component", "new", "host.core.wasm", "-o", "host.wasm");
  tools("compose", wasm, "-d", "host.wasm", "-o", "composed.wasm");
  return "composed.wasm";
}

// What wasmtime prints is a value as it reads one, whose strings are escaped as those of JSON but for \'.
function underWasmtime() {
  const file = composed();
  return asked.map((args) => {
    const call = `run(${JSON.stringify(args)})`;
    const printed = execFileSync("wasmtime", ["run", "-S", "http", "--invoke", call, file], { encoding: "utf8" });
    const [, string] = printed.match(/^ok\((".*")\)$/m);
    return JSON.parse(string.replaceAll("\\'", "'"));
  });
}

async function inNode() {
  await $init;
  const { files } = generate(readFileSync(wasm), {
    name: "capsule",
    instantiation: { tag: "async" },
    noTypescript: true,
  });
  const generated = new Map(files);
  writeFileSync("capsule.mjs", generated.get("capsule.js"));
  const { instantiate } = await import(pathToFileURL("capsule.mjs"));
  const none = () => assert.fail("the host is asked for something");
  const { taskRunner } = await instantiate((name) => WebAssembly.compile(generated.get(name)), {
    ...new WASIShim().getImportObject(),
    "capsule:host/api": { scheduleTask: none, httpRequest: none },
  });
  return asked.map((args) => taskRunner.run(args));
}

const [first, second] = [underWasmtime(), await inNode()];
assert.deepEqual(first, second, "wasmtime and jco disagree");
console.log(first.join("\n"));
