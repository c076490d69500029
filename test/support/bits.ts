/** A writer of bits, for making H.264 headers and MP4 boxes in tests. */
export type BitWriter = {
  readonly u: (count: number, value: number) => BitWriter;
  readonly ue: (value: number) => BitWriter;
  readonly se: (value: number) => BitWriter;
  readonly bytes: () => Uint8Array;
};

export const bitWriter = (): BitWriter => {
  const bits: number[] = [];
  const writer: BitWriter = {
    u: (count, value) => {
      for (let at = count - 1; at >= 0; at--) bits.push(Math.floor(value / 2 ** at) % 2);
      return writer;
    },
    ue: (value) => {
      const length = Math.floor(Math.log2(value + 1));
      return writer.u(length, 0).u(length + 1, value + 1);
    },
    se: (value) => writer.ue(value > 0 ? 2 * value - 1 : -2 * value),
    bytes: () => {
      const all = [...bits, 1];
      while (all.length % 8 !== 0) all.push(0);
      return Uint8Array.from({ length: all.length / 8 }, (_, index) =>
        all.slice(index * 8, index * 8 + 8).reduce((sum, bit) => sum * 2 + bit, 0),
      );
    },
  };
  return writer;
};

/** An MP4 box of the given contents: numbers are 32-bit, texts are their letters. */
export const box = (type: string, ...contents: readonly (number | string | Uint8Array)[]): Uint8Array => {
  const body = contents.flatMap((each) =>
    typeof each === "number"
      ? [...new Uint8Array(Uint32Array.of(each).buffer).reverse()]
      : typeof each === "string"
        ? [...Buffer.from(each, "latin1")]
        : [...each],
  );
  return Uint8Array.from([
    ...Buffer.from(Uint32Array.of(body.length + 8).buffer).reverse(),
    ...Buffer.from(type, "latin1"),
    ...body,
  ]);
};
