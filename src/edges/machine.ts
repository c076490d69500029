/** How busy this machine is with what others do, and how much memory is left. Linux says it in /proc; elsewhere nothing is known. */
import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";

/** The kernel answers from memory: a promise takes four turns of another thread for what is there at once. */
const textNow = (path: string): string | null => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
};

/** Of hundreds of programs; between them others have their turn. */
const text = (path: string): Promise<string | null> => readFile(path, "utf8").catch(() => null);

/** Fields 14 to 17 of a process's stat: its own time and that of its children that ended, in ticks. */
const ticksOf = (stat: string | null): number => {
  // The name of a program stands in brackets and may hold anything.
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ") ?? [];
  return [11, 12, 13, 14].reduce((sum, at) => sum + (Number(fields[at]) || 0), 0);
};

const parentOf = (stat: string): number => Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);

/** Time that this program took, with the programs it started and theirs; ticks. */
const ownTicks = async (proc: string, self: number): Promise<number> => {
  const names = (await readdir(proc).catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    names.map(async (name) => ({ pid: Number(name), stat: await text(join(proc, name, "stat")) })),
  );
  const children = Map.groupBy(
    found.filter(({ stat }) => stat !== null),
    ({ stat }) => parentOf(stat ?? ""),
  );
  const below = (pid: number): number =>
    (children.get(pid) ?? []).reduce((sum, each) => sum + ticksOf(each.stat) + below(each.pid), 0);
  return ticksOf(found.find(({ pid }) => pid === self)?.stat ?? null) + below(self);
};

/** All time of all processors, and of that the time in which they worked; ticks. Waiting for a disk is no work. */
const allTicks = (stat: string | null): { readonly all: number; readonly busy: number } | null => {
  const line = /^cpu +([\d ]+)/m.exec(stat ?? "")?.[1];
  if (line === undefined) return null;
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, soft = 0, steal = 0] = line
    .split(" ")
    .map(Number);
  const busy = user + nice + system + irq + soft + steal;
  return { all: busy + idle + wait, busy };
};

/**
 * Percent of all processors that others used since the question before; null at the first, and where nobody says it.
 * `proc`: where the kernel tells it; a folder of files in tests.
 */
export const createLoadReader = (proc = "/proc", self = process.pid): (() => Promise<number | null>) => {
  let before: { readonly all: number; readonly others: number } | null = null;
  return async () => {
    const ticks = allTicks(textNow(join(proc, "stat")));
    if (ticks === null) return null;
    const now = { all: ticks.all, others: ticks.busy - (await ownTicks(proc, self)) };
    const [all, others] = before === null ? [0, 0] : [now.all - before.all, now.others - before.others];
    before = now;
    return all <= 0 ? null : Math.min(100, Math.max(0, (100 * others) / all));
  };
};

export type Memory = {
  readonly availableBytes: number;
  readonly totalBytes: number;
  readonly stalledPercent: number | null;
};

const kilobytes = (meminfo: string, name: string): number | null => {
  const found = new RegExp(`^${name}: +(\\d+) kB`, "m").exec(meminfo)?.[1];
  return found === undefined ? null : Number(found) * 1024;
};

/** What may be used in a container, and how much of it is: version 2 of cgroups, then version 1. */
const CGROUPS = [
  { limit: "memory.max", used: "memory.current", cache: "inactive_file" },
  {
    limit: "memory/memory.limit_in_bytes",
    used: "memory/memory.usage_in_bytes",
    cache: "total_inactive_file",
  },
] as const;

const ofContainer = (cgroup: string): { readonly total: number; readonly available: number } | null => {
  for (const { limit, used, cache } of CGROUPS) {
    const [total, now] = [textNow(join(cgroup, limit)), textNow(join(cgroup, used))];
    // "max", or nearly 2^63: no limit.
    if (total === null || now === null || !(Number(total) < 2 ** 60)) continue;
    const stat = textNow(join(cgroup, used, "..", "memory.stat"));
    // Files that were read are kept in memory for as long as nobody wants it.
    const cached = Number(new RegExp(`^${cache} (\\d+)`, "m").exec(stat ?? "")?.[1] ?? 0);
    return { total: Number(total), available: Math.max(0, Number(total) - Number(now) + cached) };
  }
  return null;
};

/** How much memory is left for this program; null where nobody says it. */
export const readMemory = (proc = "/proc", cgroup = "/sys/fs/cgroup"): Memory | null => {
  const [meminfo, pressure] = [textNow(join(proc, "meminfo")), textNow(join(proc, "pressure/memory"))];
  const container = ofContainer(cgroup);
  const total = kilobytes(meminfo ?? "", "MemTotal");
  const available = kilobytes(meminfo ?? "", "MemAvailable");
  if (total === null || available === null) return null;
  const stalled = /^full avg10=([\d.]+)/m.exec(pressure ?? "")?.[1];
  return {
    availableBytes: Math.min(available, container?.available ?? available),
    totalBytes: Math.min(total, container?.total ?? total),
    stalledPercent: stalled === undefined ? null : Number(stalled),
  };
};

/** Percent of all processors that all programs used since the question before; null at the first. */
export const createBusyReader = (): (() => number | null) => {
  let before: { readonly all: number; readonly idle: number } | null = null;
  return () => {
    const times = cpus().map((each) => each.times);
    const idle = times.reduce((sum, each) => sum + each.idle, 0);
    const all = times.reduce((sum, each) => sum + Object.values(each).reduce((one, two) => one + two, 0), 0);
    const last = before;
    before = { all, idle };
    if (last === null || all <= last.all) return null;
    return Math.min(100, Math.max(0, Math.round(100 * (1 - (idle - last.idle) / (all - last.all)))));
  };
};
