'use strict';
(() => {
  const POLL = 2000;
  const MOST_PICTURES = 60;
  // Okabe and Ito's, as in reports.
  const COLOURS = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9'];
  const DASHES = [[], [7, 3], [2, 2], [9, 3, 2, 3]];
  const $ = id => document.getElementById(id);

  const trials = new Map();   // by id: what the server said last
  const rows = new Map();     // by id: the row and its cells
  const curves = new Map();   // by training: {steps, losses}
  const variants = new Map(); // by name: {index, hidden, button}
  const logs = new Map();     // by id of a failed trial: its section
  const pictures = new Map(); // by id: figure
  let studyToken = '', curveToken = '', drawn = null, at = null;

  const clock = s => {
    if (s === null || s === undefined) return '';
    s = Math.round(s);
    const h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60, two = n => String(n).padStart(2, '0');
    if (h >= 48) return `${Math.floor(h / 24)} d ${h % 24} h`;
    return h ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
  };
  const figure = v => v === null || v === undefined ? '' : typeof v !== 'number' ? String(v)
    : v === 0 ? '0' : Math.abs(v) >= 1e-3 && Math.abs(v) < 1e6 ? String(Number(v.toPrecision(4))) : v.toExponential(2);
  const element = (name, text, className) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  };
  const put = (node, text) => { if (node.textContent !== text) node.textContent = text; };

  // What is shown -----------------------------------------------------------------------------------------------------
  const states = () => new Set([...document.querySelectorAll('input[name=state]:checked')].map(box => box.value));
  let wanted = states(), text = '';
  const matches = t => wanted.has(t.status) && (text === ''
    || `${t.variant} seed ${t.replicate} ${t.stage} ${t.note} ${t.host} ${t.trial}`.toLowerCase().includes(text));

  const say = t => {
    const said = Object.entries(t.metrics).map(([label, value]) => `${label} ${value}`);
    if (t.note) said.push(t.note);
    if (t.status === 'planned' && t.stage) said.push('stopped on the way');
    if (t.host) said.push(`on ${t.host}`);
    if (t.seconds_since_progress > 30) said.push(`last sign of life ${clock(t.seconds_since_progress)} ago`);
    return said.join(', ');
  };

  const row = t => {
    let r = rows.get(t.trial);
    if (!r) {
      const tr = element('tr'), cells = {};
      for (const name of ['state', 'variant', 'seed', 'stage', 'progress', 'step', 'loss', 'rate', 'left', 'say']) {
        cells[name] = element(name === 'variant' ? 'th' : 'td', '',
          ['seed', 'step', 'loss', 'rate', 'left'].includes(name) ? 'number' : name === 'state' || name === 'say' ? name : '');
        tr.append(cells[name]);
      }
      cells.variant.scope = 'row';
      cells.bar = element('progress');
      cells.bar.max = 100;
      cells.progress.append(cells.bar);
      r = {tr, cells};
      rows.set(t.trial, r);
      $('rows').append(tr);
    }
    const c = r.cells, percent = ['done', 'diverged', 'stopped'].includes(t.status) ? 100
      : Math.min(100, 100 * (t.stages_done + (t.total ? t.step / t.total : 0)) / Math.max(1, t.stages));
    r.tr.className = t.status;
    put(c.state, t.status);
    put(c.variant, t.variant);
    put(c.seed, String(t.replicate));
    put(c.stage, t.stage || `${t.stages_done} of ${t.stages}`);
    c.bar.value = percent;
    c.bar.setAttribute('aria-label', `${t.variant} seed ${t.replicate}: ${Math.round(percent)} % of the stages`);
    put(c.step, t.total ? `${t.step}/${t.total}` : '');
    put(c.loss, figure(t.loss));
    put(c.rate, figure(t.images_per_second));
    put(c.left, clock(t.seconds_left));
    put(c.say, say(t));
    r.tr.hidden = !matches(t);
  };

  const filter = () => {
    wanted = states();
    text = $('text').value.trim().toLowerCase();
    let shown = 0;
    for (const [id, t] of trials) {
      const hit = matches(t);
      rows.get(id).tr.hidden = !hit;
      shown += hit ? 1 : 0;
    }
    put($('shown'), trials.size ? `${shown} of ${trials.size} trials` : '');
    showPictures();
    draw();
  };

  const variant = name => {
    if (!variants.has(name)) {
      const index = variants.size, button = element('button');
      button.type = 'button';
      button.title = name;
      button.setAttribute('aria-pressed', 'true');
      const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
      const line = document.createElementNS('http://www.w3.org/2000/svg', 'line');
      for (const [key, value] of Object.entries({x1: 0, x2: 22, y1: 4, y2: 4, stroke: COLOURS[index % COLOURS.length],
        'stroke-width': 2.5, 'stroke-dasharray': DASHES[index % DASHES.length].join(' ')})) line.setAttribute(key, value);
      svg.setAttribute('aria-hidden', 'true');
      svg.append(line);
      button.append(svg, name);
      const entry = {index, hidden: false, button};
      button.addEventListener('click', () => {
        entry.hidden = !entry.hidden;
        button.setAttribute('aria-pressed', String(!entry.hidden));
        draw();
      });
      variants.set(name, entry);
    }
    return variants.get(name);
  };

  const head = study => {
    document.title = `${Math.round(study.percent)} % ${study.study} - DiTLab`;
    put($('name'), study.study || 'DiTLab');
    const parts = Object.entries(study.counts).filter(([, n]) => n > 0).map(([word, n]) => `${n} ${word}`);
    put($('counts'), study.total === 0 ? 'Nothing has been planned yet: the page goes on when `ditlab run` begins.'
      : `${study.total} trials: ${parts.join(', ')}. ${Math.round(study.percent)} %`
        + (study.seconds_left === null ? '' : `, about ${clock(study.seconds_left)} left`));
    $('bar').value = study.percent;
    put($('again'), study.command ? 'To run again only what failed: ' : '');
    if (study.command) $('again').append(element('code', study.command));
  };
  const notice = message => {
    $('notice').hidden = !message;
    put($('notice'), message || '');
  };

  // Failures and samples ------------------------------------------------------------------------------------------------
  const showFailure = t => {
    const known = logs.get(t.trial);
    if (t.status !== 'failed') {
      if (known) { known.remove(); logs.delete(t.trial); }
    } else if (!known) {
      const part = element('article'), log = element('pre');
      const more = element('details'), summary = element('summary', 'last lines of its log');
      part.append(element('h3', `${t.variant} seed ${t.replicate}`), element('p', t.note), more);
      more.append(summary, log);
      more.addEventListener('toggle', async () => {
        if (more.open) {
          const answer = await fetch(`trials/${t.trial}/log.txt`);
          log.textContent = answer.ok ? await answer.text() : 'There is no log.';
        }
      });
      logs.set(t.trial, part);
      $('failures').append(part);
      more.open = logs.size === 1;
    }
    $('failed-section').hidden = logs.size === 0;
  };

  const showPictures = () => {
    const some = [...trials.values()].filter(t => t.samples);
    const hits = some.filter(matches).slice(0, MOST_PICTURES);
    $('samples-section').hidden = some.length === 0;
    put($('samples-note'), `${hits.length} of ${some.length} trials with samples` + (hits.length === MOST_PICTURES ? '; filter for others' : ''));
    const keep = new Set(hits.map(t => t.trial));
    for (const [id, node] of pictures) if (!keep.has(id)) { node.remove(); pictures.delete(id); }
    for (const t of hits) {
      let node = pictures.get(t.trial);
      if (!node) {
        node = element('figure');
        const image = element('img');
        image.loading = 'lazy';
        image.alt = `Samples of ${t.variant} seed ${t.replicate}`;
        image.src = `trials/${t.trial}/samples.png`;
        node.append(image, element('figcaption'));
        pictures.set(t.trial, node);
        $('samples').append(node);
      }
      const measured = Object.entries(t.metrics).map(([label, value]) => `${label} ${value}`).join(', ');
      put(node.lastChild, `${t.variant} seed ${t.replicate}${measured ? ': ' + measured : ''}`);
    }
  };

  // Curves ----------------------------------------------------------------------------------------------------------------
  const MARGIN = {left: 58, right: 14, top: 8, bottom: 34};
  const shownLines = () => {
    const lines = new Map();
    for (const t of trials.values()) {
      const curve = curves.get(t.curve), entry = variant(t.variant);
      if (curve && curve.steps.length && !entry.hidden && matches(t) && !lines.has(t.curve)) {
        lines.set(t.curve, {t, curve, index: entry.index});
      }
    }
    return [...lines.values()];
  };
  // Only what has a line to show or hide: what is untrained has none.
  const showLegend = () => {
    const drawn = new Set([...trials.values()].filter(t => curves.get(t.curve)?.steps.length).map(t => t.variant));
    for (const [name, {button}] of variants) {
      if (drawn.has(name) && !button.isConnected) $('legend').append(button);
    }
  };
  // Labels that would touch the one before are left out.
  const apart = (g, found, at) => {
    let end = -Infinity;
    return found.filter(v => {
      const half = g.measureText(figure(v)).width / 2;
      if (at(v) - half < end + 8) return false;
      end = at(v) + half;
      return true;
    });
  };
  const scale = (low, high, log, from, to) => {
    const f = log ? Math.log10 : x => x, a = f(low), b = f(high) === f(low) ? f(low) + 1 : f(high);
    return v => from + (f(v) - a) / (b - a) * (to - from);
  };
  const ticks = (low, high, log) => {
    const found = [];
    if (log && high / low > 3) {
      const wide = high / low > 100;
      for (let e = Math.floor(Math.log10(low)); e <= Math.ceil(Math.log10(high)); e++) {
        for (const m of wide ? [1] : [1, 2, 5]) found.push(m * 10 ** e);
      }
    } else {
      const rough = (high - low || 1) / 5, unit = 10 ** Math.floor(Math.log10(rough));
      const step = [1, 2, 5, 10].map(m => m * unit).find(s => s >= rough);
      for (let v = Math.ceil(low / step) * step; v <= high + step / 1e6; v += step) found.push(v);
    }
    return found.filter(v => v >= low * (1 - 1e-9) && v <= high * (1 + 1e-9));
  };
  const sized = canvas => {
    const ratio = window.devicePixelRatio || 1, width = $('chart').clientWidth, height = $('chart').clientHeight;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const g = canvas.getContext('2d');
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    return [g, width, height];
  };
  const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  const draw = () => {
    showLegend();
    const lines = shownLines(), [g, width, height] = sized($('lines'));
    const logY = $('log-loss').checked, logX = $('log-step').checked;
    let lowX = Infinity, highX = -Infinity, lowY = Infinity, highY = -Infinity, count = 0;
    for (const {curve} of lines) {
      curve.steps.forEach((step, i) => {
        const loss = curve.losses[i];
        if (loss === null || logY && loss <= 0 || logX && step <= 0) return;
        count++;
        lowX = Math.min(lowX, step); highX = Math.max(highX, step);
        lowY = Math.min(lowY, loss); highY = Math.max(highY, loss);
      });
    }
    $('empty').hidden = count > 0;
    put($('points'), count ? `${lines.length} ${lines.length === 1 ? 'line' : 'lines'}; further seeds are lighter` : '');
    drawn = null;
    if (!count) { mark(null); return; }
    if (!logX) lowX = Math.min(lowX, 0);
    const x = scale(lowX, highX, logX, MARGIN.left, width - MARGIN.right);
    const y = scale(lowY, highY, logY, height - MARGIN.bottom, MARGIN.top);
    g.font = '12px system-ui, sans-serif';
    g.fillStyle = css('--faint');
    g.strokeStyle = css('--rule');
    g.lineWidth = 1;
    g.textAlign = 'right';
    g.textBaseline = 'middle';
    let above = Infinity;
    for (const v of ticks(lowY, highY, logY)) {
      g.beginPath(); g.moveTo(MARGIN.left, y(v)); g.lineTo(width - MARGIN.right, y(v)); g.stroke();
      if (above - y(v) < 16) continue;
      g.fillText(figure(v), MARGIN.left - 6, y(v));
      above = y(v);
    }
    g.textAlign = 'center';
    g.textBaseline = 'top';
    const xLabel = v => Math.max(MARGIN.left, Math.min(width - 24, x(v)));
    for (const v of apart(g, ticks(lowX, highX, logX), xLabel)) g.fillText(figure(v), xLabel(v), height - MARGIN.bottom + 5);
    g.fillText('step', (MARGIN.left + width - MARGIN.right) / 2, height - 15);
    g.save();
    g.beginPath(); g.rect(MARGIN.left - 2, 0, width - MARGIN.left - MARGIN.right + 4, height - MARGIN.bottom + 2); g.clip();
    g.lineWidth = lines.length > 40 ? 1 : 1.6;
    g.lineJoin = 'round';
    for (const line of lines) {
      g.strokeStyle = COLOURS[line.index % COLOURS.length];
      g.setLineDash(DASHES[line.index % DASHES.length]);
      g.globalAlpha = line.t.replicate > 1 ? .5 : 1;
      g.beginPath();
      let on = false;
      line.curve.steps.forEach((step, i) => {
        const loss = line.curve.losses[i];
        if (loss === null || logY && loss <= 0 || logX && step <= 0) { on = false; return; }
        if (on) g.lineTo(x(step), y(loss)); else g.moveTo(x(step), y(loss));
        on = true;
      });
      g.stroke();
    }
    g.restore();
    drawn = {lines, x, y, logX, logY};
    mark(at);
  };
  const usable = (line, i) => {
    const loss = line.curve.losses[i];
    return loss !== null && loss !== undefined && !(drawn.logY && loss <= 0) && !(drawn.logX && line.curve.steps[i] <= 0);
  };

  // `at` is {id, i}: a point of a training's line.
  const mark = point => {
    const [g] = sized($('mark'));
    const line = drawn && point && drawn.lines.find(one => one.t.curve === point.id);
    at = line && usable(line, point.i) ? point : null;
    if (!at) return;
    const step = line.curve.steps[at.i], loss = line.curve.losses[at.i];
    g.fillStyle = COLOURS[line.index % COLOURS.length];
    g.strokeStyle = css('--ink');
    g.lineWidth = 1.5;
    g.beginPath(); g.arc(drawn.x(step), drawn.y(loss), 5, 0, 2 * Math.PI); g.fill(); g.stroke();
    put($('reading'), `${line.t.variant} seed ${line.t.replicate}: step ${step}, loss ${figure(loss)}`);
  };
  $('chart').addEventListener('pointermove', event => {
    if (!drawn) return;
    const box = $('chart').getBoundingClientRect(), px = event.clientX - box.left, py = event.clientY - box.top;
    let best = null, nearest = 60 * 60;
    for (const line of drawn.lines) {
      for (let i = 0; i < line.curve.steps.length; i++) {
        if (!usable(line, i)) continue;
        const dx = drawn.x(line.curve.steps[i]) - px;
        if (dx * dx > nearest) continue;
        const dy = drawn.y(line.curve.losses[i]) - py, far = dx * dx + dy * dy;
        if (far < nearest) { nearest = far; best = {id: line.t.curve, i}; }
      }
    }
    mark(best);
  });
  $('chart').addEventListener('pointerleave', () => mark(null));
  $('chart').addEventListener('keydown', event => {
    if (!drawn || !event.key.startsWith('Arrow')) return;
    event.preventDefault();
    const lines = drawn.lines;
    let k = Math.max(0, lines.findIndex(line => at && line.t.curve === at.id)), i = at ? at.i : lines[k].curve.steps.length - 1;
    if (event.key === 'ArrowUp') k = (k + lines.length - 1) % lines.length;
    if (event.key === 'ArrowDown') k = (k + 1) % lines.length;
    const last = lines[k].curve.steps.length - 1;
    if (event.key === 'ArrowLeft') i = Math.max(0, i - 1);
    if (event.key === 'ArrowRight') i = Math.min(last, i + 1);
    mark({id: lines[k].t.curve, i: Math.min(i, last)});
  });

  // Asking ----------------------------------------------------------------------------------------------------------------
  const ask = async (name, token) => {
    const answer = await fetch(token ? `${name}?since=${token}` : name);
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  };
  const poll = async () => {
    let wait = POLL;
    try {
      const study = await ask('study.json', studyToken);
      if (study.full) {
        for (const map of [trials, rows, logs, pictures, variants]) map.clear();
        for (const id of ['rows', 'failures', 'samples', 'legend']) $(id).replaceChildren();
      }
      studyToken = study.token;
      head(study);
      const placed = trials.size;
      study.trials.forEach(t => { trials.set(t.trial, t); variant(t.variant); row(t); showFailure(t); });
      if (trials.size !== placed) {
        // In the order of the plan.
        [...trials.values()].sort((a, b) => a.number - b.number).forEach(t => $('rows').append(rows.get(t.trial).tr));
      }
      const news = await ask('curves.json', curveToken);
      if (news.full) curves.clear();
      curveToken = news.token;
      const changed = Object.entries(news.curves);
      changed.forEach(([id, curve]) => curves.set(id, curve));
      if (study.full || study.trials.length) filter(); else if (changed.length) draw();
      if (news.more) wait = 20;
      notice(study.problem ? `Not all of the study can be read: ${study.problem}` : '');
    } catch (problem) {
      notice(`No answer from \`ditlab watch\`: what stands here may be out of date. ${problem.message}`);
    }
    setTimeout(poll, wait);
  };

  $('filter').addEventListener('submit', event => event.preventDefault());
  $('filter').addEventListener('input', filter);
  $('log-loss').addEventListener('change', draw);
  $('log-step').addEventListener('change', draw);
  new ResizeObserver(() => draw()).observe($('chart'));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  poll();
})();
