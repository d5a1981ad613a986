import type { Graph } from "@action-collective/protocol";
import { type Camera, fitting, moved, type Point, toScene, toScreen, zoomed } from "./camera.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { type Palette, paint } from "./paint.ts";
import { readPalette } from "./palette.ts";
import { type Dot, type Scene, sameShape, sceneOf } from "./scene.ts";
import { dotAt, towards } from "./steering.ts";

export interface StageInit {
  readonly canvas: HTMLCanvasElement;
  /** The short name that stands below a peer. */
  readonly name: (id: string) => string;
  /** The keyboard or the mouse is on this peer now, at this place of the canvas in CSS pixels; undefined for none. */
  readonly onFocus: (id: string | undefined, at?: Point) => void;
  readonly onOpen: (id: string) => void;
}

const DIRECTIONS = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" } as const;
/** Each step of the buttons and of the keys + and −. */
export const ZOOM_STEP = 1.35;
/** Of the wheel, for each pixel it was turned. */
const WHEEL_STEP = 1.0015;
/** A press that moved less than this, in CSS pixels, opens a peer. */
const CLICK_SLOP = 5;
const MOUSE_SLACK = 4;
const FINGER_SLACK = 12;

/**
 * Draws the graph on a canvas and takes what hands do there. It draws a frame when something changed, and one after the
 * other only while the layout moves and somebody can see it.
 */
export class Stage {
  readonly #canvas: HTMLCanvasElement;
  readonly #pen: CanvasRenderingContext2D;
  readonly #init: StageInit;
  readonly #still = matchMedia("(prefers-reduced-motion: reduce)");
  readonly #stop = new AbortController();
  #scene: Scene = { dots: [], lines: [] };
  #layout: Layout = layoutOf(this.#scene, "resting");
  #camera: Camera = { x: 0, y: 0, scale: 1 };
  #palette: Palette;
  #size = { width: 0, height: 0 };
  /** Until the user moves the camera, it shows everything. */
  #fits = true;
  #focus: Dot | undefined;
  /** What was said of the focus last. */
  #told = "";
  #frame = 0;
  #seen = true;
  /** Fingers, or the mouse while pressed, where each was last. */
  readonly #pointers = new Map<number, Point>();
  #held: Dot | undefined;
  #travelled = 0;

  constructor(init: StageInit) {
    const pen = init.canvas.getContext("2d");
    if (pen === null) throw new Error("This browser has no canvas.");
    this.#init = init;
    this.#canvas = init.canvas;
    this.#pen = pen;
    this.#palette = readPalette(init.canvas);
    this.#listen();
  }

  show(graph: Graph): void {
    const before = this.#scene;
    const fresh = before.dots.length === 0;
    this.#scene = sceneOf(graph, before);
    const rests = !this.#layout.moving && sameShape(before, this.#scene);
    this.#layout = layoutOf(this.#scene, fresh ? "fresh" : rests ? "resting" : "settled");
    // The hand that carries a peer goes on doing so.
    this.#held = this.#scene.dots.find(({ id }) => id === this.#held?.id);
    this.#focus = this.#scene.dots.find(({ id }) => id === this.#focus?.id);
    // What is far from its place at first would only flicker.
    if (this.#still.matches || fresh) this.#layout.settle();
    this.#draw();
  }

  /** Puts the focus on a peer, or on none. */
  focus(id: string | undefined): void {
    if (id === this.#focus?.id) return;
    this.#focus = this.#scene.dots.find((dot) => dot.id === id);
    this.#tellFocus();
    this.#draw();
  }

  zoom(factor: number, at: Point = { x: this.#size.width / 2, y: this.#size.height / 2 }): void {
    this.#look(zoomed(this.#camera, at, factor));
  }

  /** Shows every peer, and goes on doing so. */
  fit(): void {
    this.#fits = true;
    this.#draw();
  }

  close(): void {
    this.#stop.abort();
    cancelAnimationFrame(this.#frame);
  }

  /** Asks for one frame, however often it is called before that is drawn. */
  #draw(): void {
    if (this.#frame !== 0 || !this.#seen || this.#stop.signal.aborted) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      if (this.#layout.moving) {
        if (this.#still.matches) this.#layout.settle();
        else this.#layout.step();
      }
      this.#paint();
      if (this.#layout.moving) this.#draw();
    });
  }

  #paint(): void {
    if (this.#size.width === 0) return;
    if (this.#fits) this.#camera = fitting(this.#scene.dots, this.#size);
    paint(this.#pen, this.#scene, {
      camera: this.#camera,
      size: this.#size,
      ratio: devicePixelRatio,
      palette: this.#palette,
      focus: this.#focus,
      name: ({ id, node }) => (node.self ? "you" : this.#init.name(id)),
    });
    this.#tellFocus();
  }

  /** Says where the focus is, when it is elsewhere than was said last. */
  #tellFocus(): void {
    const at = this.#focus && toScreen(this.#camera, this.#focus);
    const told = this.#focus && at ? `${this.#focus.id} ${Math.round(at.x)} ${Math.round(at.y)}` : "";
    if (told === this.#told) return;
    this.#told = told;
    this.#init.onFocus(this.#focus?.id, at);
  }

  #look(camera: Camera): void {
    this.#camera = camera;
    this.#fits = false;
    this.#draw();
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    this.#size = { width, height };
    this.#canvas.width = Math.round(width * devicePixelRatio);
    this.#canvas.height = Math.round(height * devicePixelRatio);
    // At once: a canvas that changes its size is empty until it is drawn.
    this.#paint();
  }

  #repaint(): void {
    this.#palette = readPalette(this.#canvas);
    this.#draw();
  }

  #listen(): void {
    const { signal } = this.#stop;
    const canvas = this.#canvas;
    const on = <K extends keyof HTMLElementEventMap>(
      type: K,
      take: (event: HTMLElementEventMap[K]) => void,
    ) => canvas.addEventListener(type, take, { signal, passive: false });
    on("keydown", (event) => this.#key(event));
    on("wheel", (event) => {
      // Whoever scrolls past the canvas means the page.
      if (!event.ctrlKey && !event.metaKey && document.activeElement !== canvas) return;
      event.preventDefault();
      this.zoom(WHEEL_STEP ** -event.deltaY, { x: event.offsetX, y: event.offsetY });
    });
    on("pointerdown", (event) => this.#press(event));
    on("touchstart", (event) => {
      // A finger on a peer carries it, and scrolls nothing.
      if (this.#held !== undefined) event.preventDefault();
    });
    on("pointermove", (event) => this.#move(event));
    on("pointerup", (event) => this.#release(event, true));
    on("pointercancel", (event) => this.#release(event, false));
    on("pointerleave", () => {
      if (this.#pointers.size === 0 && document.activeElement !== canvas) this.focus(undefined);
    });
    on("blur", () => this.focus(undefined));
    on("dblclick", () => this.fit());

    const resized = new ResizeObserver(() => this.#resize());
    resized.observe(canvas);
    const seen = new IntersectionObserver(([entry]) => {
      this.#seen = entry?.isIntersecting ?? true;
      this.#draw();
    });
    seen.observe(canvas);
    const themed = new MutationObserver(() => this.#repaint());
    themed.observe(document.documentElement, { attributes: true });
    signal.addEventListener("abort", () => {
      resized.disconnect();
      seen.disconnect();
      themed.disconnect();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#repaint(), { signal });
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { dots } = this.#scene;
    const direction = DIRECTIONS[event.key as keyof typeof DIRECTIONS];
    if (direction !== undefined)
      this.focus((this.#focus && (towards(dots, this.#focus, direction) ?? this.#focus))?.id ?? dots[0]?.id);
    else if (event.key === "Home") this.focus(dots[0]?.id);
    else if (event.key === "Enter" && this.#focus !== undefined) this.#init.onOpen(this.#focus.id);
    else if (event.key === "Escape" && this.#focus !== undefined) this.focus(undefined);
    else if (event.key === "+" || event.key === "=") this.zoom(ZOOM_STEP);
    else if (event.key === "-") this.zoom(1 / ZOOM_STEP);
    else if (event.key === "0") this.fit();
    else return;
    event.preventDefault();
  }

  #press(event: PointerEvent): void {
    const at = { x: event.offsetX, y: event.offsetY };
    this.#pointers.set(event.pointerId, at);
    this.#travelled = 0;
    if (this.#pointers.size > 1) {
      this.#letGo();
      return;
    }
    this.#held = this.#under(at, event.pointerType);
    this.focus(this.#held?.id);
    // A finger on empty ground may still mean to scroll the page.
    if (event.pointerType === "mouse" || this.#held !== undefined)
      this.#canvas.setPointerCapture(event.pointerId);
  }

  #move(event: PointerEvent): void {
    const at = { x: event.offsetX, y: event.offsetY };
    const before = this.#pointers.get(event.pointerId);
    if (before === undefined) {
      const dot = this.#under(at, event.pointerType);
      this.#canvas.classList.toggle("on-peer", dot !== undefined);
      if (dot !== undefined || document.activeElement !== this.#canvas) this.focus(dot?.id);
      return;
    }
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.#pointers.set(event.pointerId, at);
    this.#travelled += Math.hypot(at.x - before.x, at.y - before.y);
    if (other !== undefined) {
      const [was, is] = [before, at].map(({ x, y }) => Math.hypot(x - other.x, y - other.y));
      if (was && is) this.zoom(is / was, other);
    } else if (this.#held === undefined) this.#look(moved(this.#camera, at.x - before.x, at.y - before.y));
    else if (this.#travelled > CLICK_SLOP) this.#carry(this.#held, at);
  }

  #carry(dot: Dot, at: Point): void {
    const { x, y } = toScene(this.#camera, at);
    // The dot would run from a camera that follows it.
    this.#fits = false;
    dot.x = dot.fx = x;
    dot.y = dot.fy = y;
    if (!this.#still.matches) this.#layout.stir("holding");
    this.#draw();
  }

  #release(event: PointerEvent, opens: boolean): void {
    const held = this.#held;
    if (!this.#pointers.delete(event.pointerId)) return;
    this.#letGo();
    if (opens && held !== undefined && this.#travelled <= CLICK_SLOP) this.#init.onOpen(held.id);
  }

  /** A peer that was carried stays where it was put; one that was only touched moves on. */
  #letGo(): void {
    if (this.#held !== undefined && this.#travelled > CLICK_SLOP && !this.#still.matches) {
      this.#layout.stir("let go");
      this.#draw();
    }
    this.#held = undefined;
  }

  #under(at: Point, pointer: string): Dot | undefined {
    const slack = pointer === "mouse" ? MOUSE_SLACK : FINGER_SLACK;
    return dotAt(this.#scene.dots, toScene(this.#camera, at), slack / this.#camera.scale);
  }
}
