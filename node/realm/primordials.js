/**
 * What the realm needs of the platform, taken before a stranger's text is loaded: afterwards nothing that is
 * reachable from `globalThis` can be trusted to still be the platform's.
 */
const { Deno, URL } = globalThis;

export const uncurry = Function.prototype.bind.bind(Function.prototype.call);

export const readSync = Deno.stdin.readSync.bind(Deno.stdin);
export const readAsync = Deno.stdin.read.bind(Deno.stdin);
export const writeSync = Deno.stdout.writeSync.bind(Deno.stdout);
export const exit = Deno.exit.bind(Deno);

export const encodeUtf8 = TextEncoder.prototype.encode.bind(new TextEncoder());
export const decodeUtf8 = TextDecoder.prototype.decode.bind(new TextDecoder());

export const parseJson = JSON.parse;
export const stringifyJson = JSON.stringify;

export const isArray = Array.isArray;
export const objectKeys = Object.keys;
export const defineProperty = Object.defineProperty;
export const defineProperties = Object.defineProperties;
export const ownProperty = Object.getOwnPropertyDescriptor;
export const prototypeOf = Object.getPrototypeOf;
export const toText = String;
export const isFiniteNumber = Number.isFinite;
export const absolute = Math.abs;
export const larger = Math.max;
export const sameValue = Object.is;
export const apply = Reflect.apply;
export const construct = Reflect.construct;
export const tagOf = uncurry(Object.prototype.toString);
export const hasOwn = Object.hasOwn;
export const slice = uncurry(String.prototype.slice);
export const includes = uncurry(String.prototype.includes);
export const indexOfText = uncurry(String.prototype.indexOf);
export const subarray = uncurry(Uint8Array.prototype.subarray);
export const setBytes = uncurry(Uint8Array.prototype.set);
const byteLength = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), "length");
/** `bytes.length` asks a prototype, and a stranger who answers there would see each frame with its token. */
export const lengthOf = uncurry(byteLength.get);
export const indexOfByte = uncurry(Uint8Array.prototype.indexOf);
export const addListener = globalThis.addEventListener.bind(globalThis);
export const preventDefault = uncurry(Event.prototype.preventDefault);
export const Bytes = Uint8Array;
export const PlatformPromise = Promise;
export const PlatformBlob = Blob;
export const PlatformError = Error;
export const PlatformTypeError = TypeError;
export const objectPrototype = Object.prototype;
export const blobUrl = URL.createObjectURL.bind(URL);
