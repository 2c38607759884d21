import { escape } from './html.js';

/** What the pointer finds at one place of the horizontal axis. */
export interface HoverStop {
  readonly x: number;
  /** `step 200` */
  readonly title: string;
  readonly values: readonly HoverValue[];
}

interface HoverValue {
  /** On the vertical axis, where a dot marks it. */
  readonly y: number;
  readonly label: string;
  readonly text: string;
  readonly colour: string;
}

interface Frame { readonly marginLeft: number; readonly marginRight: number; readonly marginTop: number; readonly marginBottom: number }
interface Size { readonly width: number; readonly height: number }

const lineHeight = 15;
/** Of the tooltip's letters on average, in pixels: an SVG cannot measure its text without a script. */
const letterWidth = 6.1;

/**
 * A crosshair with the values under it, without a script: each stop owns the strip of the picture that is nearest to it,
 * and the style sheet shows the group whose strip the pointer (or a finger) is over. The page's tables hold the same numbers.
 */
export function hoverLayer(stops: readonly HoverStop[], toX: (value: number) => number, toY: (value: number) => number, { width, height }: Size, frame: Frame): string {
  const [left, right] = [frame.marginLeft, width - frame.marginRight];
  const [top, bottom] = [frame.marginTop, height - frame.marginBottom];
  const placed = stops.map((stop) => ({ stop, at: toX(stop.x) })).filter(({ at }) => at >= left - 1 && at <= right + 1).sort((a, b) => a.at - b.at);
  const strips = placed.map(({ stop, at }, index) => {
    const from = index === 0 ? left : (at + (placed[index - 1]?.at ?? left)) / 2;
    const to = index === placed.length - 1 ? right : (at + (placed[index + 1]?.at ?? right)) / 2;
    const dots = stop.values.map(({ y, colour }) => `<circle cx="${n(at)}" cy="${n(toY(y))}" r="4" style="fill:${colour}"/>`).join('');
    return `<g class="stop"><rect x="${n(from)}" y="${n(top)}" width="${n(Math.max(1, to - from))}" height="${n(bottom - top)}"/>`
      + `<g class="tip"><path d="M${n(at)},${n(top)}V${n(bottom)}"/>${dots}${box(stop, at, top, width)}</g></g>`;
  });
  return strips.length === 0 ? '' : `<g class="hover">${strips.join('')}</g>`;
}

/** Beside the crosshair, on the side with more room. */
function box({ title, values }: HoverStop, at: number, top: number, width: number): string {
  const longest = Math.max(title.length, ...values.map(({ label, text }) => label.length + text.length + 4));
  const boxWidth = Math.min(width - 8, longest * letterWidth + 20);
  const boxHeight = lineHeight * (values.length + 1) + 11;
  const wanted = at < width / 2 ? at + 10 : at - 10 - boxWidth;
  const x = Math.min(Math.max(4, wanted), width - boxWidth - 4);
  const lines = values.map(({ label, text, colour }, index) => {
    const y = n(top + 19 + lineHeight * (index + 1));
    return `<circle cx="${n(x + 13)}" cy="${n(top + 15 + lineHeight * (index + 1))}" r="3.5" style="fill:${colour}"/><text x="${n(x + 22)}" y="${y}">${escape(label)} <tspan>${escape(text)}</tspan></text>`;
  });
  return `<rect x="${n(x)}" y="${n(top + 1)}" width="${n(boxWidth)}" height="${boxHeight}" rx="6"/><text class="at" x="${n(x + 10)}" y="${n(top + 18)}">${escape(title)}</text>${lines.join('')}`;
}

function n(pixels: number): string {
  return String(Math.round(pixels * 10) / 10);
}
