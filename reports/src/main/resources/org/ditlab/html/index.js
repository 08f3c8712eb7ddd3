'use strict';

// Tables: a heading is a button that sorts the rows of the body; numbers by the value a cell bears, words by their letters.
for (const table of document.querySelectorAll('table.comparison')) {
  const heads = Array.from(table.tHead.rows[0].cells);
  const body = table.tBodies[0];
  heads.forEach((head, index) => head.querySelector('button')?.addEventListener('click', () => {
    const falling = head.getAttribute('aria-sort') === 'ascending';
    const value = row => {
      const cell = row.cells[index];
      return head.classList.contains('number') ? parseFloat(cell.dataset.order ?? 'NaN') : cell.textContent;
    };
    const rows = Array.from(body.rows).map(row => [value(row), row]);
    rows.sort(([a], [b]) => {
      if (typeof a === 'string') return (falling ? -1 : 1) * a.localeCompare(b);
      if (isNaN(a) || isNaN(b)) return isNaN(a) - isNaN(b);
      return (falling ? -1 : 1) * (a - b);
    });
    heads.forEach(other => other.setAttribute('aria-sort', other === head ? (falling ? 'descending' : 'ascending') : 'none'));
    body.append(...rows.map(([, row]) => row));
    say('Sorted by ' + head.textContent + ', ' + (falling ? 'descending' : 'ascending'));
  }));
}

function say(text) {
  document.getElementById('said').textContent = text;
}

// Sections: where a link, a click or a key leads; what is folded away opens.
function reveal(id) {
  const target = id && document.getElementById(id);
  if (!target) return false;
  for (let outer = target.parentElement; outer; outer = outer.parentElement) {
    if (outer.tagName === 'DETAILS') outer.open = true;
  }
  return target;
}
function lead(id) {
  const target = reveal(id);
  if (!target) return;
  history.replaceState(history.state, '', '#' + id);
  location.hash = id;
  target.scrollIntoView();
  target.focus({preventScroll: true});
}
addEventListener('hashchange', () => reveal(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView?.());
reveal(decodeURIComponent(location.hash.slice(1)));

// Marks of charts: a note on what they stand for, and the way to the variant's section.
const variants = JSON.parse(document.getElementById('variant-data').textContent);
const tip = document.getElementById('tip');

function hide() {
  tip.hidden = true;
}
function show(mark, lines, at) {
  tip.replaceChildren(...lines.map((line, index) => {
    const part = document.createElement(index === 0 ? 'b' : 'span');
    part.textContent = index === 0 ? line : line + '\n';
    return part;
  }));
  if (mark.dataset.section) {
    const hint = document.createElement('i');
    hint.textContent = 'Click or Enter: its section';
    tip.append(hint);
  }
  tip.hidden = false;
  const box = mark.getBoundingClientRect();
  const x = at ? at.clientX : box.right;
  const y = at ? at.clientY : box.bottom;
  const width = document.documentElement.clientWidth;
  const below = y + 14 + tip.offsetHeight < innerHeight;
  const top = below ? y + 14 : (at ? y : box.top) - tip.offsetHeight - 10;
  tip.style.left = Math.max(4, Math.min(x + 12, width - tip.offsetWidth - 4)) + scrollX + 'px';
  tip.style.top = Math.max(scrollY, top + scrollY) + 'px';
}

function lines(mark, title) {
  const all = title.split('\n').filter(line => line);
  const variant = variants[mark.dataset.variant];
  if (variant) {
    if (all[0] !== variant.name && !all[0]?.startsWith(variant.name)) all.unshift(variant.name);
    if (variant.knobs) all.splice(1, 0, variant.knobs);
  }
  const hashes = (mark.dataset.hash ?? '').split(' ').filter(hash => hash && !title.includes(hash));
  if (hashes.length > 0) all.push((hashes.length === 1 ? 'trial ' : 'trials ') + hashes.join(' '));
  return all;
}

for (const svg of document.querySelectorAll('figure.chart svg')) {
  const points = Array.from(svg.querySelectorAll('.point'));
  const marks = Array.from(svg.querySelectorAll('.point, .series'));
  // A picture has no parts for assistive technology; one with marks to reach is a group.
  if (points.length > 0) svg.setAttribute('role', 'group');
  for (const mark of marks) {
    const title = mark.querySelector('title');
    const text = lines(mark, title?.textContent ?? '');
    title?.remove();
    if (text.length === 0) continue;
    const point = mark.classList.contains('point');
    const section = 'variant-' + mark.dataset.variant;
    if (mark.dataset.variant && document.getElementById(section)) mark.dataset.section = section;
    mark.setAttribute('aria-label', text.join('; '));
    mark.setAttribute('role', point && mark.dataset.section ? 'link' : 'img');
    mark.addEventListener('mousemove', event => show(mark, text, event));
    mark.addEventListener('mouseleave', hide);
    if (!point) continue;
    mark.addEventListener('focus', () => show(mark, text));
    mark.addEventListener('blur', hide);
    mark.addEventListener('click', () => { hide(); lead(mark.dataset.section); });
    mark.addEventListener('keydown', event => {
      if (event.key === 'Enter' || event.key === ' ') {
        event.preventDefault();
        hide();
        lead(mark.dataset.section);
        return;
      }
      const step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key];
      const to = event.key === 'Home' ? 0 : event.key === 'End' ? points.length - 1 : points.indexOf(mark) + (step ?? NaN);
      if (points[to]) {
        event.preventDefault();
        go(points, points[to]);
      }
    });
  }
  // Of many points one is reached by Tab, the others from it by the arrow keys.
  points.forEach((point, index) => point.setAttribute('tabindex', points.length <= 30 || index === 0 ? '0' : '-1'));
  for (const entry of svg.querySelectorAll('.legend .entry')) toggled(svg, entry);
}

function go(points, point) {
  if (points.length > 30) {
    points.forEach(other => other.setAttribute('tabindex', other === point ? '0' : '-1'));
  }
  point.focus();
}

// An entry of a legend hides and shows its curve.
function toggled(svg, entry) {
  const series = entry.id.replace(/-entry$/, '');
  const parts = Array.from(svg.querySelectorAll('.series, .point')).filter(part =>
      part.id === series || part.id.startsWith(series + '-'));
  if (parts.length === 0) return;
  const toggle = () => {
    const shown = entry.getAttribute('aria-pressed') === 'true';
    entry.setAttribute('aria-pressed', String(!shown));
    parts.forEach(part => part.classList.toggle('hidden', shown));
  };
  // The gaps between sample and name can be clicked too.
  const box = entry.getBBox();
  const back = document.createElementNS(svg.namespaceURI, 'rect');
  for (const side of ['x', 'y', 'width', 'height']) back.setAttribute(side, box[side]);
  back.setAttribute('fill', 'transparent');
  entry.prepend(back);
  entry.setAttribute('role', 'button');
  entry.setAttribute('tabindex', '0');
  entry.setAttribute('aria-pressed', 'true');
  entry.setAttribute('aria-label', 'Curve of ' + entry.textContent.trim());
  entry.addEventListener('click', toggle);
  entry.addEventListener('keydown', event => {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      toggle();
    }
  });
}

addEventListener('keydown', event => { if (event.key === 'Escape') hide(); });

// The contents name the section that is read.
const links = new Map(Array.from(document.querySelectorAll('nav a')).map(link => [link.hash.slice(1), link]));
const heads = Array.from(document.querySelectorAll('main [id]')).filter(head => /^H[23]$/.test(head.tagName) && links.has(head.id));
let marked = null;
function follow() {
  const above = heads.filter(head => head.getBoundingClientRect().top < innerHeight / 3);
  const link = links.get((above.pop() ?? heads[0])?.id);
  if (link === marked) return;
  marked?.removeAttribute('aria-current');
  link?.setAttribute('aria-current', 'true');
  marked = link;
}
addEventListener('scroll', follow, {passive: true});
follow();
