// Tables whose rows can be put in order: every heading becomes a button, which a keyboard can
// press. The rows set apart stay on top. Without this script the table stands as it was made.
(() => {
  const place = (row, column) => {
    const cell = row.cells[column];
    if (cell.dataset.order) return Number(cell.dataset.order);
    const number = cell.querySelector("data[value]");
    return number ? Number(number.value) : NaN; // what has no number goes last, either way
  };

  const sort = (table, column, descending) => {
    const body = table.tBodies[table.tBodies.length - 1];
    const sign = descending ? -1 : 1;
    const rows = [...body.rows].sort((a, b) => {
      const [x, y] = [place(a, column), place(b, column)];
      if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) - Number.isNaN(y);
      return sign * (x - y);
    });
    body.append(...rows);
    [...table.tHead.rows[0].cells].forEach((head, i) => {
      if (i === column) head.setAttribute("aria-sort", descending ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
  };

  for (const table of document.querySelectorAll("table[data-sortable]")) {
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const now = head.getAttribute("aria-sort");
        // The good end comes first: a heading pressed for the first time shows who is best.
        const descending = now ? now === "ascending" : head.dataset.best === "higher";
        sort(table, column, descending);
      });
    });
  }
})();
