// One of Trunk's last steps (Trunk.toml): what joins the wasm to JavaScript gets small. wasm-bindgen calls each
// of the browser's functions by a long name with a hash in it, in its script and in the wasm; both get the same
// short one. What the script offers and nobody takes goes: classes of crates, and all in the wasm that only those
// could call. Then the script is minified.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";

if (process.env.TRUNK_PROFILE !== "release") process.exit();

function run(tool, parameters, input) {
  try {
    return execFileSync(tool, parameters, { input });
  } catch (error) {
    if (error.code === "ENOENT") throw new Error(`${tool} is missing; scripts/setup page installs it`);
    throw error;
  }
}

process.chdir(process.env.TRUNK_STAGING_DIR);
const wasm = readdirSync(".").find((name) => name.endsWith("_bg.wasm"));
const stem = wasm.replace("_bg.wasm", "");
let glue = readFileSync(`${stem}.js`, "utf8");

// The page starts the program and takes nothing else of the script (static/boot.js).
const cut = (pattern) => (glue = glue.replaceAll(pattern, ""));
for (const [, name] of glue.matchAll(/^export class (\w+)/gm)) {
  cut(new RegExp(`^export class ${name} \\{.*?^\\}\n`, "gms"));
  cut(new RegExp(`^if \\(Symbol\\.dispose\\) ${name}\\..*?\n`, "gm"));
  cut(new RegExp(`^const ${name}Finalization = .*?;\n`, "gms"));
}
glue = glue.replace("export { initSync, __wbg_init as default }", "export { __wbg_init as default }");

const calls = /\bwasm\.(\w+)/g;
const called = new Set(Array.from(glue.matchAll(calls), ([, name]) => name));
const exported = WebAssembly.Module.exports(new WebAssembly.Module(readFileSync(wasm)));
const unused = exported.filter(({ name }) => !called.has(name));

// The levels are those of index.html. Without them code is written out longer than it was read.
const names = JSON.parse(
  run("wasm-opt", [
    ...[wasm, "-o", wasm, "--optimize-level=2", "--shrink-level=2"],
    ...unused.map(({ name }) => `--remove-exports=${name}`),
    ...["--remove-unused-module-elements", "--strip-producers", "--strip-target-features"],
    "--minify-imports-and-exports-and-modules",
  ]),
);
const imports = new Map(names.imports.map(([, long, short]) => [long, short]));
const exports = new Map(names.exports);

let given = 0;
glue = glue.replaceAll(/^ {8}(\w+)(: function\(.*?^ {8}\}.*?,\n)/gms, (_, long, its) => {
  if (!imports.has(long)) return "";
  given += 1;
  return imports.get(long) + its;
});
glue = glue.replace('"./sentinel-lab_bg.js": import0', "a: import0");
glue = glue.replaceAll(calls, (_, long) => `wasm.${exports.get(long)}`);

// All of this knows how wasm-bindgen writes.
if (given !== imports.size || !glue.includes("a: import0") || glue.match(/^export\b/gm).length !== 1) {
  throw new Error(`${stem}.js is not written as this script expects it`);
}
glue = run("terser", ["--module", "--compress", "passes=2", "--mangle"], glue);

// It is not the pair any more that Trunk made a name for: the same wasm may have been joined in another way.
const hash = createHash("sha256").update(glue).update(readFileSync(wasm)).digest("hex").slice(0, 16);
const name = `sentinel-lab-${hash}`;
writeFileSync(`${stem}.js`, glue);
for (const end of [".js", "_bg.wasm"]) renameSync(stem + end, name + end);
writeFileSync("index.html", readFileSync("index.html", "utf8").replaceAll(stem, name));
