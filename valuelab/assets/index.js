(() => {
  "use strict";
  const table = document.getElementById("customers"), body = table.tBodies[0], rows = [...body.rows];
  const words = rows.map(row => row.textContent.toLowerCase());
  const make = (name, values) => Object.assign(document.createElement(name), values);
  const search = make("input", {type: "search", id: "search", autocomplete: "off"});
  const status = make("select", {id: "status"});
  const told = make("output", {});
  status.append(make("option", {value: "all", textContent: "all"}));
  for (const name of new Set(rows.map(row => row.dataset.status)))
    status.append(make("option", {value: name, textContent: name || "never run"}));
  const show = () => {
    const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, n) => {
      const fits = (status.value === "all" || row.dataset.status === status.value) && wanted.every(word => words[n].includes(word));
      row.hidden = !fits;
      shown += fits;
    });
    told.textContent = shown === rows.length ? "" : `${shown.toLocaleString("en")} of ${rows.length.toLocaleString("en")} shown`;
  };
  search.addEventListener("input", show);
  status.addEventListener("change", show);
  document.getElementById("tools").append(
    make("label", {htmlFor: "search", textContent: "Search "}), search, make("label", {htmlFor: "status", textContent: "Status "}), status, told);
  const place = new Map(rows.map((row, n) => [row, n]));
  const headers = [...table.tHead.rows[0].cells];
  headers.forEach((header, column) => {
    if (!header.dataset.by) return;
    const button = make("button", {type: "button", textContent: header.textContent});
    header.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = header.getAttribute("aria-sort") === "ascending", turn = down ? -1 : 1;
      headers.forEach(other => other.removeAttribute("aria-sort"));
      header.setAttribute("aria-sort", down ? "descending" : "ascending");
      const value = new Map(rows.map(row => [row, row.cells[column].dataset.sort]));
      const order = header.dataset.by === "number" ? (a, b) => a - b : (a, b) => a.localeCompare(b);
      body.append(...[...rows].sort((a, b) => {
        const one = value.get(a), other = value.get(b);
        if (!one || !other) return !one - !other || place.get(a) - place.get(b);
        return turn * order(one, other) || place.get(a) - place.get(b);
      }));
    });
  });
})();
