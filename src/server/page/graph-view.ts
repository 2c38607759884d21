import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit-html';
import { nodeHeight, nodeWidth, pathThrough, type PlacedGraph, type Point } from './graph-layout.js';
import type { DrawnGraph, GraphNode } from './graph-nodes.js';
import type { OpenRun } from './open-run.js';
import { linkWithin, type RunRoute } from './route.js';
import type { RunModel } from './run-model.js';
import { countsText } from './segments.js';
import { nameOf, noCounts, taskStates, type StateCounts, type TaskState } from './task-state.js';
import { markPath, number, shortened } from './words.js';

/** Up to so many instances are cells one can tell apart; more are shares of a bar. */
const mostCells = 96;
const cellsInRow = 32;
const scales = { least: 0.4, most: 2, step: 1.25, readable: 0.62 };
/** Of a line in a box; more are squeezed beyond reading. */
const mostLetters = 26;
/** On average, in pixels. */
const letterWidth = { name: 6.9, what: 5.6 };
const strip = { x: 10, y: 36, width: nodeWidth - 20, height: 7 };

/** How the graph is looked at; null fits it to the room there is. */
export interface GraphLook { scale: number | null }

/** The tasks of the YAML and what they read from each other. A box is a link: to its task, or to the list of its instances. */
export function graphView(run: OpenRun, route: RunRoute, look: GraphLook, changed: () => void): TemplateResult {
  const { drawn, layout, graph } = run;
  if (!drawn || !layout) return html`<section class="graph" aria-labelledby="graph-title"><h2 id="graph-title">Graph</h2><p class="quiet">Reading the pipeline…</p></section>`;
  const room = document.querySelector('.graph .scroll')?.clientWidth ?? 1200;
  const scale = look.scale ?? Math.max(scales.readable, Math.min(1, room / layout.width));
  const zoom = (to: number | null): void => {
    look.scale = to === null ? null : Math.min(scales.most, Math.max(scales.least, to));
    changed();
  };
  return html`<section class="graph" aria-labelledby="graph-title">
    <div class="section-head"><h2 id="graph-title">Graph</h2>
      <span class="quiet">${graph?.kind === 'unknown' ? `What depends on what is not known: ${graph.because}.` : boxesText(drawn)}</span>
      ${zoomButtons('graph', { out: () => { zoom(scale / scales.step); }, in: () => { zoom(scale * scales.step); }, all: () => { zoom(null); } })}</div>
    <div class="scroll" tabindex="0" role="region" aria-label="Graph of the pipeline">
      <svg width=${layout.width * scale} height=${layout.height * scale} viewBox="0 0 ${layout.width} ${layout.height}" role="group" aria-label="Tasks of the pipeline">
        ${edgePaths(drawn, layout, selectedNode(drawn, route))}
        ${drawn.nodes.map((node, index) => nodeBox(node, layout.corners[index] ?? { x: 0, y: 0 }, run, route))}
      </svg>
    </div>
  </section>`;
}

function boxesText({ nodes }: DrawnGraph): string {
  const tasks = nodes.reduce((sum, node) => sum + node.tasks.length, 0);
  const byDepth = nodes.some(({ name }) => name.startsWith('depth'));
  return byDepth ? `${number(tasks)} tasks by how many are before them` : `${number(nodes.length)} tasks of the file, ${number(tasks)} instances`;
}

export function zoomButtons(what: string, actions: { readonly out: () => void; readonly in: () => void; readonly all: () => void }): TemplateResult {
  return html`<span class="zoom" role="group" aria-label="Zoom of the ${what}">
    <button type="button" aria-label="Zoom out of the ${what}" @click=${actions.out}>−</button>
    <button type="button" aria-label="Zoom into the ${what}" @click=${actions.in}>+</button>
    <button type="button" aria-label="Fit the ${what}" @click=${actions.all}>fit</button>
  </span>`;
}

function selectedNode({ nodes }: DrawnGraph, { group, task }: RunRoute): number {
  return nodes.findIndex(({ name }) => name === group || (task !== undefined && name === nameOf(task)));
}

function edgePaths({ edges }: DrawnGraph, { ways }: PlacedGraph, selected: number): SVGTemplateResult {
  const [near, far] = [edges.map(([from, to]) => from === selected || to === selected), ways.map(pathThrough)];
  return svg`<g class="edges" aria-hidden="true">
    <path d=${far.filter((_, index) => !near[index]).join('')}></path>
    <path class="near" d=${far.filter((_, index) => near[index]).join('')}></path></g>`;
}

function nodeBox(node: GraphNode, { x, y }: Point, { model }: OpenRun, route: RunRoute): SVGTemplateResult {
  const counts = countsOf(node, model);
  const state = stateOf(counts);
  const [only] = node.tasks;
  const link = node.tasks.length === 1 && only !== undefined ? linkWithin(route, { task: only }) : linkWithin(route, { group: node.name });
  const isOpen = route.group === node.name || (route.task !== undefined && nameOf(route.task) === node.name);
  const openInstance = (event: MouseEvent): void => {
    const id = node.tasks.length <= mostCells ? instanceAt(event, node) : undefined;
    if (id === undefined) return;
    event.preventDefault();
    location.hash = linkWithin(route, { task: id });
  };
  const name = shortened(node.name, mostLetters);
  const what = shortened([node.uses, node.tasks.length > 1 ? `× ${number(node.tasks.length)}` : ''].filter(Boolean).join(' '), mostLetters);
  // Whoever speaks to the page says what is to be seen: that comes first.
  const label = `${name} ${what}${name === node.name ? '' : `, ${node.name}`}: ${countsText(counts)}`;
  return svg`<a href=${link} class="node ${state} ${isOpen ? 'open' : ''}" transform="translate(${x} ${y})" aria-label=${label} @click=${openInstance}>
    <rect class="box" width=${nodeWidth} height=${nodeHeight} rx="7"></rect>
    <path class="state" transform="translate(${nodeWidth - 22} 6) scale(0.8)" d=${markPath(state)}></path>
    ${textLine('name', 17, name, nodeWidth - 36)}
    ${textLine('what', 30, what, nodeWidth - 20)}
    ${node.tasks.length <= mostCells ? cells(node, model) : shares(counts, node.tasks.length)}
  </a>`;
}

/** A line that is a little too long for its room is squeezed into it. */
function textLine(what: 'name' | 'what', y: number, text: string, room: number): SVGTemplateResult {
  return text.length * letterWidth[what] <= room ? svg`<text class=${what} x="10" y=${y}>${text}</text>`
    : svg`<text class=${what} x="10" y=${y} textLength=${room} lengthAdjust="spacingAndGlyphs">${text}</text>`;
}

function countsOf({ name, uses, tasks }: GraphNode, model: RunModel): StateCounts {
  if (uses !== null) return model.countsOf(name);
  const counts = noCounts();
  for (const id of tasks) counts[model.row(id)?.state ?? 'waiting'] += 1;
  return counts;
}

/** What one must know first of many. */
function stateOf(counts: StateCounts): TaskState {
  const unsettled = (['failed', 'running', 'waiting', 'skipped'] as const).find((state) => counts[state] > 0);
  return unsettled ?? (counts.executed > 0 ? 'executed' : 'cached');
}

interface CellSize { readonly columns: number; readonly width: number; readonly height: number }

function cellSize(instances: number): CellSize {
  const columns = Math.min(instances, cellsInRow);
  return { columns, width: strip.width / columns, height: strip.height / Math.ceil(instances / columns) };
}

/** One path for each state, however many instances. */
function cells({ tasks }: GraphNode, model: RunModel): SVGTemplateResult {
  const { columns, width, height } = cellSize(tasks.length);
  const gap = width > 6 ? 1 : 0.5;
  const paths: Partial<Record<TaskState, string>> = {};
  tasks.forEach((id, index) => {
    const state = model.row(id)?.state ?? 'waiting';
    const [x, y] = [strip.x + (index % columns) * width, strip.y + Math.floor(index / columns) * height];
    paths[state] = `${paths[state] ?? ''}M${x.toFixed(2)},${y.toFixed(2)}h${(width - gap).toFixed(2)}v${Math.max(1, height - 0.5).toFixed(2)}h${(gap - width).toFixed(2)}z`;
  });
  return svg`${taskStates.map((state) => svg`<path class="cells ${state}" d=${paths[state] ?? ''}></path>`)}`;
}

function shares(counts: StateCounts, total: number): SVGTemplateResult {
  let x = strip.x;
  return svg`${(['executed', 'cached', 'failed', 'skipped', 'running', 'waiting'] as const).map((state) => {
    const width = (counts[state] / total) * strip.width;
    const path = width === 0 ? '' : `M${x.toFixed(2)},${strip.y}h${width.toFixed(2)}v${strip.height}h${(-width).toFixed(2)}z`;
    x += width;
    return svg`<path class="cells ${state}" d=${path}></path>`;
  })}`;
}

/** The instance whose cell a click hit; a click by the keyboard hits none. */
function instanceAt({ currentTarget, clientX, clientY, detail }: MouseEvent, { tasks }: GraphNode): string | undefined {
  const box = (currentTarget as SVGGraphicsElement).querySelector('.box')?.getBoundingClientRect();
  if (!box || detail === 0 || tasks.length < 2) return undefined;
  const scale = nodeWidth / box.width;
  const [x, y] = [(clientX - box.left) * scale - strip.x, (clientY - box.top) * scale - strip.y];
  if (x < 0 || x >= strip.width || y < -2) return undefined;
  const { columns, width, height } = cellSize(tasks.length);
  const row = Math.min(Math.floor(Math.max(0, y) / height), Math.ceil(tasks.length / columns) - 1);
  return tasks[row * columns + Math.floor(x / width)];
}
