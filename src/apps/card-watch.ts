/** How hot the graphics card is, asked now and then while somebody wants to know. */
import { readTemperature } from "../edges/gpu.ts";
import type { Running } from "./running.ts";

const EVERY_MS = 5000;
/** A machine whose card says nothing is asked again this much later. */
const SILENT_MS = 10 * 60_000;

type Asked = Pick<Running, "encoder" | "now" | "signal">;

/**
 * Gives the last answer (degrees Celsius) and asks anew when it is old; null before the first, and always where no NVIDIA
 * card encodes.
 */
export const createCardWatch = (
  { encoder, now, signal }: Asked,
  read: typeof readTemperature = readTemperature,
): (() => number | null) => {
  let degrees: number | null = null;
  let askAt = 0;
  let isAsking = false;
  const ask = async (): Promise<void> => {
    isAsking = true;
    degrees = await read(undefined, signal);
    askAt = now() + (degrees === null ? SILENT_MS : EVERY_MS);
    isAsking = false;
  };
  return () => {
    if (encoder().encoder?.name !== "nvenc" || signal.aborted) return null;
    if (!isAsking && now() >= askAt) void ask();
    return degrees;
  };
};
