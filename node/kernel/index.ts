/**
 * The arithmetic of the neural embedder, in AssemblyScript: `npm run kernel` compiles it to WebAssembly.
 * Addition, multiplication, division, square roots, rounding and integers only, in a fixed order, and no relaxed
 * instructions: the same bits on every machine. Addresses and strides are in bytes. Products do rows by twos, so buffers
 * have room for an even number of them; what is computed behind the last row means nothing.
 */
export { floatProduct } from "./float-product";
export { integerProduct } from "./integer-product";
export { normalise, quantise } from "./rows";
export { softmax } from "./softmax";
