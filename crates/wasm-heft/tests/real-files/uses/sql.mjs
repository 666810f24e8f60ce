// A table is made, filled and asked, and the database is written and read again.
import { createRequire } from "node:module";

const [folder, wasm] = process.argv.slice(2);
const SQL = await createRequire(import.meta.url)(`${folder}/dist/sql-wasm.js`)({ locateFile: () => wasm });

const db = new SQL.Database();
db.run("CREATE TABLE word (text TEXT, number REAL)");
for (const [text, number] of [["one", 1], ["two", 2.5], ["three", 3]]) db.run("INSERT INTO word VALUES (?, ?)", [text, number]);
// JavaScript that SQL calls is a function put into the module's table.
db.create_function("reversed", (text) => [...text].reverse().join(""));
const copy = new SQL.Database(db.export());
console.log(JSON.stringify(db.exec("SELECT reversed(text), number * 2 FROM word WHERE number < 3 ORDER BY text DESC")));
console.log(JSON.stringify(copy.exec("SELECT group_concat(text), sum(number), sqlite_version() FROM word")));
try {
  db.exec("SELECT nothing FROM word");
} catch (error) {
  console.log(error.message);
}
