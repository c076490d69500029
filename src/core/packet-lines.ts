/** Packets as ffprobe prints them, one line each (`-of compact -show_entries packet=…`), read while they come. */
import type { Packet } from "./packets.ts";

/** What is asked of a packet. */
export const PACKET_ENTRIES = "packet=pts_time,dts_time,duration_time,size,flags";

/** Cuts text that comes in pieces into lines, and gives those that are packets to `visit`. */
export const packetLines = (visit: (line: string) => void) => {
  let rest = "";
  return (text: string): void => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.startsWith("packet|")) visit(line);
  };
};

/** The packet of one line; what it does not say is null, 0 or false. */
export const toPacket = (line: string): Packet => {
  const field = (name: string): string => new RegExp(`\\|${name}=([^|]*)`).exec(line)?.[1] ?? "";
  const seconds = (name: string): number | null => {
    const found = Number.parseFloat(field(name));
    return Number.isFinite(found) ? found : null;
  };
  return {
    ptsSeconds: seconds("pts_time"),
    dtsSeconds: seconds("dts_time"),
    durationSeconds: seconds("duration_time"),
    sizeBytes: Number.parseInt(field("size"), 10) || 0,
    isKey: field("flags").startsWith("K"),
    isDiscarded: field("flags").includes("D"),
  };
};

/** ffmpeg's own `-dts_delta_threshold`, seconds: a longer step in a transport or program stream is a joint. */
const JOINT_SECONDS = 10;

/**
 * Recordings that were joined begin anew at each joint, and ffmpeg puts the parts one behind the other: gives each packet
 * of such a stream, in file order, the times it has then.
 */
export const continuing = () => {
  let [offset, previous, step] = [0, Number.NaN, 0];
  return (packet: Packet): Packet => {
    const at = packet.dtsSeconds ?? packet.ptsSeconds;
    if (at === null) return packet;
    const isJoint = at < previous - JOINT_TOLERANCE_SECONDS || at > previous + JOINT_SECONDS;
    if (isJoint) offset += previous + step - at;
    else if (at > previous) step = at - previous;
    previous = at;
    const moved = (seconds: number | null): number | null => (seconds === null ? null : seconds + offset);
    return { ...packet, ptsSeconds: moved(packet.ptsSeconds), dtsSeconds: moved(packet.dtsSeconds) };
  };
};

/** Decoding times rise; a hair back is a muxer's rounding. */
const JOINT_TOLERANCE_SECONDS = 0.5;
