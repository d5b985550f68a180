// One of Trunk's last steps (Trunk.toml): what tells how links, scenarios and tours are written becomes small pages
// beside the page, which links to them: whoever uses it on a host has no repository. The pages are not loaded
// with it. Only what docs/ has of Markdown is read, and whatever else looks like it stops the build.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const PAGES = ["scenarios", "tours", "embed"];
// Read in dark and light, on paper and on a phone.
const STYLE = `:root{color-scheme:light dark}body{max-width:56rem;margin:2rem auto;padding:0 1rem;font:16px/1.6 system-ui,sans-serif}
code{font:.9em ui-monospace,monospace;background:#8882;border-radius:4px;padding:0 .25em}
pre{overflow:auto;padding:1em;border-radius:8px;background:#8882}pre code{background:none;padding:0}
.wide{overflow-x:auto}table{border-collapse:collapse}td,th{border:1px solid #8886;padding:.3em .6em;text-align:left;vertical-align:top}`;

const source = process.env.TRUNK_SOURCE_DIR ?? ".";
const out = join(process.env.TRUNK_STAGING_DIR ?? "dist", "docs");

const plain = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

/** Words with code, emphasis and links in them. */
function words(text, file) {
  const kept = [];
  const keep = (html) => `\u0000${kept.push(html) - 1}\u0000`;
  const html = plain(text.replace(/`([^`]+)`/g, (_, code) => keep(`<code>${plain(code)}</code>`)))
    .replace(/\[([^\]]*)\]\(([^)]+)\)/g, (_, label, target) => {
      const page = target.match(/^(\w+)\.md(#.*)?$/);
      // What lies in the repository alone has no address here.
      return page && PAGES.includes(page[1]) ? `<a href="${page[1]}.html${page[2] ?? ""}">${label}</a>` : label;
    })
    .replace(/\*\*([^*]+)\*\*/g, "<strong>$1</strong>")
    .replace(/\*([^*]+)\*/g, "<em>$1</em>");
  if (/`|\*\*|\]\(|^(- |\d+\. |&lt;|>)/.test(html)) throw new Error(`${file}: this is not understood: ${text}`);
  return html.replace(/\u0000(\d+)\u0000/g, (_, n) => kept[n]);
}

function page(name) {
  const file = join(source, "docs", `${name}.md`);
  const blocks = [];
  let lines = readFileSync(file, "utf8").split("\n");
  const take = (is) => {
    let n = lines.findIndex((line) => !is(line));
    if (n < 0) n = lines.length;
    return lines.splice(0, n);
  };
  while (lines.length) {
    const [line] = lines;
    if (!line.trim()) {
      lines.shift();
    } else if (line.startsWith("```")) {
      lines.shift();
      blocks.push(`<pre><code>${plain(take((l) => !l.startsWith("```")).join("\n"))}</code></pre>`);
      lines.shift();
    } else if (line.startsWith("#")) {
      const [, level, text] = lines.shift().match(/^(#+) (.*)$/);
      const id = text.toLowerCase().replace(/[^\w]+/g, "-");
      blocks.push(`<h${level.length} id="${id}">${words(text, file)}</h${level.length}>`);
    } else if (line.startsWith("|")) {
      const rows = take((l) => l.startsWith("|")).map((l) => l.slice(1, -1).split(/(?<!\\)\|/));
      const row = (cells, tag) =>
        `<tr>${cells.map((c) => `<${tag}>${words(c.trim().replaceAll("\\|", "|"), file)}</${tag}>`).join("")}</tr>`;
      const [head, , ...body] = rows;
      blocks.push(`<div class="wide"><table>${row(head, "th")}${body.map((r) => row(r, "td")).join("")}</table></div>`);
    } else {
      blocks.push(`<p>${take((l) => l.trim() && !/^(#|\||```)/.test(l)).map((l) => words(l, file)).join("\n")}</p>`);
    }
  }
  const title = blocks[0].replace(/<[^>]*>/g, "");
  const others = PAGES.filter((other) => other !== name);
  const links = others.map((other) => `<a href="${other}.html">${other}</a>`).join(" &middot; ");
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title} &ndash; Sentinel Lab</title><style>${STYLE}</style>
<nav><a href="../">Sentinel Lab</a> &middot; ${links}</nav><main>
${blocks.join("\n")}
</main></html>
`;
}

mkdirSync(out, { recursive: true });
for (const name of PAGES) writeFileSync(join(out, `${name}.html`), page(name));
