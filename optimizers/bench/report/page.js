// The page is complete without this script, which sorts and downloads tables and shows
// the values of curves.
"use strict";
(() => {
  const make = (name, text, className) => {
    const e = document.createElement(name);
    e.textContent = text;
    e.className = className || "";
    if (name === "button") e.type = "button";
    return e;
  };

  // number returns the first number of a cell, NaN for none, and undefined for text.
  const number = (text) => {
    const s = text.trim();
    if (s === "" || s === "–") return NaN;
    if (s === "∞" || s === "not reached") return Infinity;
    const m = /^[[<≤ ]*([+-]?\d+(\.\d+)?(e[+-]?\d+)?)/i.exec(s);
    return m ? Number(m[1]) : undefined;
  };

  const sort = (table, column, down) => {
    const body = table.tBodies[0];
    const rows = [...body.rows].map((row) => ({ row, text: row.cells[column].textContent }));
    const values = rows.map((r) => (r.number = number(r.text)));
    const numeric = values.every((v) => v !== undefined);
    const sign = down ? -1 : 1;
    rows.sort((a, b) => {
      if (!numeric) return sign * a.text.localeCompare(b.text, undefined, { numeric: true });
      if (isNaN(a.number) || isNaN(b.number)) return isNaN(a.number) - isNaN(b.number);
      return a.number === b.number ? 0 : a.number < b.number ? -sign : sign;
    });
    body.append(...rows.map((r) => r.row));
  };

  const slug = (s) => s.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");

  const download = (table) => {
    const quote = (cell) => {
      const s = cell.textContent;
      return /[",\r\n]/.test(s) ? '"' + s.replace(/"/g, '""') + '"' : s;
    };
    const text = [...table.rows].map((row) => [...row.cells].map(quote).join(",") + "\r\n").join("");
    const link = make("a", "");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
    link.download = slug(table.closest("section").querySelector("h2").textContent + " " + table.getAttribute("aria-label")) + ".csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };

  for (const table of document.querySelectorAll("table")) {
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = make("button", head.textContent, "sort");
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        for (const h of table.tHead.rows[0].cells) h.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        sort(table, column, down);
      });
      head.replaceChildren(button);
    });
    const button = make("button", "Download CSV", "csv");
    button.setAttribute("aria-label", "Download CSV: " + table.getAttribute("aria-label"));
    button.addEventListener("click", () => download(table));
    table.parentElement.after(button);
  }

  const boxes = [...document.querySelectorAll("fieldset.show input")];
  if (boxes.length > 0) {
    const toggle = make("button", "All or none");
    toggle.addEventListener("click", () => {
      const on = !boxes.every((b) => b.checked);
      for (const b of boxes) b.checked = on;
    });
    document.querySelector("fieldset.show").append(toggle);
  }
  const names = new Map(boxes.map((b) => [b.id.replace("show", "o"), b.parentElement.textContent.trim()]));

  // place returns where an axis, given by its ends and kind, has a value, from 0 to 1.
  const place = (v, [min, max, kind]) => ((kind === "log" ? Math.log10(v) : v) - min) / (max - min);
  const list = (s) => (s === "" ? [] : s.split(" "));

  // panelsOf returns the panels of a figure with their curves and points.
  const known = new WeakMap();
  const panelsOf = (svg) => {
    if (!known.has(svg)) {
      known.set(svg, [...svg.querySelectorAll("g.panel")].map((panel) => {
        const box = panel.querySelector("rect");
        const [left, top, width, height] = ["x", "y", "width", "height"].map((a) => Number(box.getAttribute(a)));
        const [x, y] = [box.dataset.x, box.dataset.y].map((s) => s.split(" ").map((v, i) => (i < 2 ? Number(v) : v)));
        const curves = [...panel.querySelectorAll("g[data-x]")].map((g) => {
          const [xs, ys] = [list(g.dataset.x), list(g.dataset.y)];
          const points = xs.map((v, i) => ({ g, values: [v, ys[i]], x: left + width * place(v, x), y: top + height * (1 - place(ys[i], y)) }));
          return { g, points: points.filter((p) => p.x >= left - 1 && p.x <= left + width + 1 && p.y >= top - 1 && p.y <= top + height + 1) };
        });
        return { panel, curves, labels: [box.dataset.xLabel, box.dataset.yLabel] };
      }));
    }
    return known.get(svg);
  };

  const reach = 18; // in units of the drawing
  const nearest = (svg, event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    let best = null;
    let least = reach;
    for (const { panel, curves, labels } of panelsOf(svg)) {
      for (const { g, points } of curves) {
        if (getComputedStyle(g).display === "none") continue;
        for (const p of points) {
          const d = Math.hypot(p.x - at.x, p.y - at.y);
          if (d < least) [best, least] = [{ ...p, panel, labels }, d];
        }
      }
    }
    return best;
  };

  const tip = make("div", "", "tip");
  tip.hidden = true;
  document.body.append(tip);
  let lit = null; // the panel with dimmed curves
  const clear = () => {
    tip.hidden = true;
    if (lit) for (const g of lit.querySelectorAll("g.dim")) g.classList.remove("dim");
    lit = null;
  };
  const show = (event) => {
    const svg = event.target.closest ? event.target.closest("svg.figure") : null;
    const p = svg && nearest(svg, event);
    clear();
    if (!p) return;
    const of = p.g.classList[0];
    lit = p.panel;
    for (const g of lit.querySelectorAll("g")) if (g.classList[0] !== of) g.classList.add("dim");
    const values = p.labels.map((label, i) => label && label + " " + p.values[i]).filter(Boolean);
    tip.textContent = [p.g.dataset.name || names.get(of), ...values].join("\n");
    tip.hidden = false;
    tip.style.left = Math.max(4, Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 4)) + "px";
    tip.style.top = (event.clientY + tip.offsetHeight + 22 > innerHeight ? event.clientY - tip.offsetHeight - 12 : event.clientY + 16) + "px";
  };
  document.addEventListener("pointermove", show);
  document.addEventListener("pointerdown", show);
  document.addEventListener("scroll", clear, { passive: true });
})();
