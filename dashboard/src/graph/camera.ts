import type { Dot } from "./scene.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** From the scene's units to CSS pixels: `screen = scene · scale + (x, y)`. */
export interface Camera extends Point {
  readonly scale: number;
}

const LEAST_SCALE = 0.15;
const MOST_SCALE = 5;
/** Few peers are not blown up to fill the page. */
const MOST_FITTING = 1.4;
/** Around the scene, in CSS pixels: names are wider than their peers. */
const MARGIN = 44;

export function toScreen({ x, y, scale }: Camera, point: Point): Point {
  return { x: point.x * scale + x, y: point.y * scale + y };
}

export function toScene({ x, y, scale }: Camera, point: Point): Point {
  return { x: (point.x - x) / scale, y: (point.y - y) / scale };
}

export function moved(camera: Camera, dx: number, dy: number): Camera {
  return { ...camera, x: camera.x + dx, y: camera.y + dy };
}

/** Nearer or farther, while what is at `at` (in CSS pixels) stays where it is. */
export function zoomed(camera: Camera, at: Point, factor: number): Camera {
  const scale = Math.min(MOST_SCALE, Math.max(LEAST_SCALE, camera.scale * factor));
  const { x, y } = toScene(camera, at);
  return { scale, x: at.x - x * scale, y: at.y - y * scale };
}

/** Shows every dot. */
export function fitting(dots: readonly Dot[], { width, height }: Size): Camera {
  if (dots.length === 0) return { x: width / 2, y: height / 2, scale: 1 };
  const left = Math.min(...dots.map(({ x, radius }) => x - radius));
  const right = Math.max(...dots.map(({ x, radius }) => x + radius));
  const top = Math.min(...dots.map(({ y, radius }) => y - radius));
  const bottom = Math.max(...dots.map(({ y, radius }) => y + radius));
  const inner = (all: number) => Math.max(1, all - 2 * MARGIN);
  const wanted = Math.min(inner(width) / (right - left), inner(height) / (bottom - top));
  const scale = Math.min(MOST_FITTING, Math.max(LEAST_SCALE, wanted));
  return { scale, x: width / 2 - (scale * (left + right)) / 2, y: height / 2 - (scale * (top + bottom)) / 2 };
}
