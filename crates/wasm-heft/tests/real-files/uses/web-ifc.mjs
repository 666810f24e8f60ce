// A building of one wall is read, asked for its properties and turned into triangles, with threads.
//
// The package starts its module with threads in browsers only. What it asks of one is small: its globals,
// `fetch` and `Worker`, which node has under other names.
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import { Worker as Thread } from "node:worker_threads";

const [folder, wasm] = process.argv.slice(2);
const script = `${folder}/web-ifc-api-node.js`;

// A thread runs the part of the script that is the module's glue.
const [, glue] = readFileSync(script, "utf8").match(/^\/\/ dist\/web-ifc-mt\.js\n([^]*?)^\/\/ dist\//m);
writeFileSync(
  "thread.cjs",
  `const { parentPort } = require("node:worker_threads");
  globalThis.self = globalThis;
  self.WorkerGlobalScope = class {};
  self.name = "em-pthread";
  self.location = { href: ${JSON.stringify(`file://${folder}/`)} };
  self.postMessage = (data) => parentPort.postMessage(data);
  parentPort.on("message", (data) => self.onmessage({ data }));
  const __commonJS = (modules) => () => Object.values(modules)[0]({}, {});
  ${glue}
  require_web_ifc_mt();`,
);
globalThis.window = globalThis.self = globalThis;
self.crossOriginIsolated = true;
self.fetch = async (file) => new Response(readFileSync(file), { headers: { "content-type": "application/wasm" } });
self.Worker = class {
  constructor() {
    this.thread = new Thread("./thread.cjs");
    this.thread.on("message", (data) => this.onmessage({ data }));
    this.thread.on("error", (error) => { throw error; });
  }
  postMessage(data) {
    this.thread.postMessage(data);
  }
};

// NB: this release's script reads the memory through views that its glue with threads does not export.
let memory;
WebAssembly.Memory = class extends WebAssembly.Memory {
  constructor(type) {
    super(type);
    memory = this;
  }
};

const { IfcAPI } = createRequire(import.meta.url)(script);
const api = new IfcAPI();
await api.Init((name) => {
  if (name !== "web-ifc-mt.wasm") throw new Error(`the module with threads did not start; ${name} is asked for`);
  return wasm;
});
for (const [name, View] of Object.entries({ HEAPU8: Uint8Array, HEAPU32: Uint32Array, HEAPF32: Float32Array }))
  Object.defineProperty(api.wasmModule, name, { get: () => new View(memory.buffer) });

const building = `ISO-10303-21;
HEADER;
FILE_DESCRIPTION(('ViewDefinition [CoordinationView]'),'2;1');
FILE_NAME('wall.ifc','2026-01-01T00:00:00',(''),(''),'','','');
FILE_SCHEMA(('IFC4'));
ENDSEC;
DATA;
#1=IFCCARTESIANPOINT((0.,0.,0.));
#2=IFCAXIS2PLACEMENT3D(#1,$,$);
#3=IFCGEOMETRICREPRESENTATIONCONTEXT($,'Model',3,1.E-05,#2,$);
#4=IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.);
#5=IFCUNITASSIGNMENT((#4));
#6=IFCPROJECT('0000000000000000000001',$,'house',$,$,$,$,(#3),#5);
#7=IFCLOCALPLACEMENT($,#2);
#8=IFCCARTESIANPOINT((0.,0.));
#9=IFCAXIS2PLACEMENT2D(#8,$);
#10=IFCRECTANGLEPROFILEDEF(.AREA.,$,#9,4.,0.25);
#11=IFCDIRECTION((0.,0.,1.));
#12=IFCEXTRUDEDAREASOLID(#10,#2,#11,2.5);
#13=IFCSHAPEREPRESENTATION(#3,'Body','SweptSolid',(#12));
#14=IFCPRODUCTDEFINITIONSHAPE($,$,(#13));
#15=IFCWALL('0000000000000000000002',$,'wall',$,$,#7,#14,$,$);
#16=IFCCIRCLEPROFILEDEF(.AREA.,$,#9,0.5);
#17=IFCEXTRUDEDAREASOLID(#16,#2,#11,3.);
#18=IFCSHAPEREPRESENTATION(#3,'Body','SweptSolid',(#17));
#19=IFCPRODUCTDEFINITIONSHAPE($,$,(#18));
#20=IFCCOLUMN('0000000000000000000003',$,'column',$,$,#7,#19,$,$);
ENDSEC;
END-ISO-10303-21;
`;
const model = api.OpenModel(Buffer.from(building));
console.log(api.GetVersion(), api.GetModelSchema(model), api.GetAllLines(model).size(), "lines");
console.log(JSON.stringify(api.GetLine(model, 15, true)));
const meshes = [];
api.StreamAllMeshes(model, (mesh) => {
  const { geometryExpressID } = mesh.geometries.get(0);
  const geometry = api.GetGeometry(model, geometryExpressID);
  const vertices = api.GetVertexArray(geometry.GetVertexData(), geometry.GetVertexDataSize());
  const indices = api.GetIndexArray(geometry.GetIndexData(), geometry.GetIndexDataSize());
  meshes.push(`${mesh.expressID}: ${indices.length / 3} triangles, ${[...vertices].join(" ")}`);
});
// Threads finish in any order.
console.log(meshes.sort().join("\n"));
api.CloseModel(model);
process.exit();
