import { type Camera, type Size, toScreen } from "./camera.ts";
import type { Dot, Line, Scene, Tone } from "./scene.ts";

/** What it draws with: a canvas's 2d context, or in a test whatever takes the same calls. */
export interface Pen {
  fillStyle: unknown;
  strokeStyle: unknown;
  lineWidth: number;
  font: string;
  textAlign: string;
  textBaseline: string;
  globalAlpha: number;
  setTransform(a: number, b: number, c: number, d: number, e: number, f: number): void;
  setLineDash(dash: number[]): void;
  clearRect(x: number, y: number, width: number, height: number): void;
  beginPath(): void;
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  quadraticCurveTo(cx: number, cy: number, x: number, y: number): void;
  arc(x: number, y: number, radius: number, from: number, to: number): void;
  fill(): void;
  stroke(): void;
  fillText(text: string, x: number, y: number): void;
  strokeText(text: string, x: number, y: number): void;
}

export interface Palette {
  readonly tones: Readonly<Record<Tone, string>>;
  readonly surface: string;
  readonly text: string;
  readonly focus: string;
  readonly font: string;
}

export interface Frame {
  readonly camera: Camera;
  readonly size: Size;
  /** Device pixels per CSS pixel. */
  readonly ratio: number;
  readonly palette: Palette;
  /** The dot that the keyboard is on, or the mouse: what does not touch it is drawn paler. */
  readonly focus: Dot | undefined;
  readonly name: (dot: Dot) => string;
}

const TURN = 2 * Math.PI;
/** How far a line bends, in parts of its length: one for each way and kind, so that none hides another. */
const BEND = { trust: 0.1, verdicts: 0.24 } as const;
const PALE = 0.22;
/** Beside the focus, so many names at most: the first are those that this peer believes most. */
const NAMES = 40;
const NAME_SIZE = 11;

/** Draws one frame, the lines below the peers. */
export function paint(pen: Pen, { dots, lines }: Scene, frame: Frame): void {
  const { camera, size, ratio, focus } = frame;
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, size.width, size.height);
  const touched = new Set(focus === undefined ? dots : [focus]);
  for (const { source, target } of focus === undefined ? [] : lines)
    if (source === focus || target === focus) touched.add(source).add(target);
  pen.setTransform(ratio * camera.scale, 0, 0, ratio * camera.scale, ratio * camera.x, ratio * camera.y);
  for (const line of lines) {
    pen.globalAlpha = focus === undefined || line.source === focus || line.target === focus ? 0.85 : PALE / 2;
    paintLine(pen, line, frame.palette);
  }
  for (const dot of dots) {
    pen.globalAlpha = touched.has(dot) ? 1 : PALE;
    paintDot(pen, dot, dot === focus, frame.palette);
  }
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.globalAlpha = 1;
  const pulls = pullsOf(lines);
  dots.forEach((dot, i) => {
    if (dot !== focus && (i >= NAMES || !touched.has(dot))) return;
    paintName(pen, dot, (pulls.get(dot) ?? 0) > 0 ? "above" : "below", frame);
  });
}

/** How far down the lines of each dot lead: a name stands on the other side, where it hides no end of a line. */
function pullsOf(lines: readonly Line[]): Map<Dot, number> {
  const pulls = new Map<Dot, number>();
  for (const { source, target } of lines) {
    const down = target.y - source.y;
    pulls.set(source, (pulls.get(source) ?? 0) + down);
    pulls.set(target, (pulls.get(target) ?? 0) - down);
  }
  return pulls;
}

function paintLine(pen: Pen, { source, target, kind, tone, width, good }: Line, palette: Palette): void {
  const [dx, dy] = [target.x - source.x, target.y - source.y];
  const bend = BEND[kind];
  const control = { x: source.x + dx / 2 - dy * bend, y: source.y + dy / 2 + dx * bend };
  const length = Math.hypot(target.x - control.x, target.y - control.y) || 1;
  const along = { x: (target.x - control.x) / length, y: (target.y - control.y) / length };
  const gap = target.radius + 4;
  const tip = { x: target.x - along.x * gap, y: target.y - along.y * gap };
  pen.strokeStyle = pen.fillStyle = palette.tones[tone];
  pen.lineWidth = width;
  pen.setLineDash(kind === "trust" ? [] : [width, 4]);
  pen.beginPath();
  pen.moveTo(source.x, source.y);
  pen.quadraticCurveTo(control.x, control.y, tip.x, tip.y);
  pen.stroke();
  pen.setLineDash([]);
  pen.beginPath();
  if (!good) {
    // A bar: it stops there.
    pen.lineWidth = 2;
    pen.moveTo(tip.x - along.y * 5, tip.y + along.x * 5);
    pen.lineTo(tip.x + along.y * 5, tip.y - along.x * 5);
    pen.stroke();
    return;
  }
  const wing = kind === "trust" ? 4 : 3;
  const back = { x: tip.x - along.x * 2 * wing, y: tip.y - along.y * 2 * wing };
  pen.moveTo(tip.x, tip.y);
  pen.lineTo(back.x - along.y * wing, back.y + along.x * wing);
  pen.lineTo(back.x + along.y * wing, back.y - along.x * wing);
  pen.fill();
}

function paintDot(pen: Pen, dot: Dot, focused: boolean, { tones, surface, focus }: Palette): void {
  const { x, y, radius, tone, sign, hollow, node } = dot;
  // What lies below must not shine through.
  const alpha = pen.globalAlpha;
  pen.globalAlpha = 1;
  circle(pen, dot, radius + 3);
  pen.fillStyle = surface;
  pen.fill();
  pen.globalAlpha = alpha;
  circle(pen, dot, radius);
  pen.fillStyle = hollow ? surface : tones[tone];
  pen.fill();
  pen.strokeStyle = tones[tone];
  pen.lineWidth = 2;
  pen.stroke();
  if (node.connected) {
    circle(pen, dot, radius + 3);
    pen.lineWidth = 1.5;
    pen.stroke();
  }
  if (focused) {
    circle(pen, dot, radius + 6);
    pen.strokeStyle = focus;
    pen.lineWidth = 2.5;
    pen.stroke();
  }
  if (sign === "") return;
  pen.fillStyle = hollow ? tones[tone] : surface;
  pen.font = `700 ${Math.round(radius * 1.5)}px sans-serif`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(sign, x, y + 1);
}

function circle(pen: Pen, { x, y }: Dot, radius: number): void {
  pen.beginPath();
  pen.arc(x, y, radius, 0, TURN);
}

/** In CSS pixels, so that names stay readable at any distance. */
function paintName(pen: Pen, dot: Dot, side: "above" | "below", { camera, palette, name }: Frame): void {
  const away = side === "above" ? -1 : 1;
  const { x, y } = toScreen(camera, { x: dot.x, y: dot.y + away * dot.radius });
  pen.font = `${NAME_SIZE}px ${palette.font}`;
  pen.textAlign = "center";
  pen.textBaseline = side === "above" ? "bottom" : "top";
  pen.strokeStyle = palette.surface;
  pen.lineWidth = 3;
  pen.strokeText(name(dot), x, y + 6 * away);
  pen.fillStyle = palette.text;
  pen.fillText(name(dot), x, y + 6 * away);
}
