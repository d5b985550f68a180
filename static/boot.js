// Starts the page: fetches the program that index.html names, runs it, and takes the loading text away.
// When that fails the loading text says so instead. Outside index.html because its security policy
// allows no inline script.

const { js, wasm } = document.querySelector('meta[name="sentinel-lab"]').dataset;
const address = (relative) => new URL(relative, document.baseURI).href;
const loading = document.getElementById("boot");

try {
  const program = await import(address(js));
  await program.default({ module_or_path: address(wasm) });
  loading.remove();
} catch (error) {
  loading.querySelector("[role=status]").textContent =
    `Sentinel Lab could not start. Reloading the page may help; if it does not, this is what went wrong: ${error}`;
  throw error;
}
