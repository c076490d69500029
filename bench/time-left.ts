/**
 * How good the times are that are told: `node bench/time-left.ts [SEED]`. Machines that are made up do a library of 400
 * films that are made up; the real store keeps what each took, and the next is told by it. For each machine: of its films,
 * and of the time for all that is left, told after every twentieth film, how many lay in the range (nine of ten are meant
 * to), how far the middle was off, and how wide the range was at first and at last (high over low).
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { workTimes } from "../src/apps/work-times.ts";
import type { MediaKind } from "../src/core/media-kind.ts";
import { nominalSeconds, pictureOf } from "../src/core/nominal-time.ts";
import { accuracyOf, type Told } from "../src/core/queue-time.ts";
import type { QueuedWork } from "../src/core/work.ts";
import { openStore, type Store } from "../src/edges/store/store.ts";

let seed = Number(process.argv[2] ?? 42);
const random = (): number => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32;
};
const normal = (): number => Math.sqrt(-2 * Math.log(random() || 1e-9)) * Math.cos(2 * Math.PI * random());
const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;

const KIND: MediaKind = {
  container: "matroska",
  codec: "hevc",
  resolution: "1080p",
  hdr: "sdr",
  audio: "dts",
  channels: "5.1",
  subtitles: ["none"],
  playsOn: [],
  failsOn: ["a"],
};
const PICTURES = [
  ["720p", "sdr"],
  ["1080p", "sdr"],
  ["1080p", "sdr"],
  ["2160p", "hdr10"],
] as const;

type Film = {
  readonly work: QueuedWork;
  readonly sizeBytes: number;
  readonly playingSeconds: number;
  readonly media: MediaKind;
};

const films = (works: readonly QueuedWork[]): readonly Film[] =>
  Array.from({ length: 400 }, () => {
    const [resolution, hdr] = pick(PICTURES);
    const playingSeconds = Math.round(pick([1500, 2700, 6000]) * Math.exp(0.25 * normal()));
    const sizeBytes = Math.round(playingSeconds * pick([3e5, 6e5, 1.5e6]) * Math.exp(0.3 * normal()));
    return { work: pick(works), sizeBytes, playingSeconds, media: { ...KIND, resolution, hdr } };
  });

/** Multiples of the nominal time, by film and by how many films were done. */
type Machine = {
  readonly name: string;
  readonly works: readonly QueuedWork[];
  readonly isHardware?: boolean;
  readonly multiple: (film: Film, done: number) => number;
};

const night = (): number => (random() < 0.03 ? 20 : 1);
const MACHINES: readonly Machine[] = [
  {
    name: "as others, films differ by a third",
    works: ["video"],
    multiple: () => 0.45 * Math.exp(0.3 * normal()),
  },
  { name: "five times slower than others", works: ["video"], multiple: () => 2.3 * Math.exp(0.3 * normal()) },
  {
    name: "a card that decodes 4K well and 720p badly",
    works: ["video"],
    isHardware: true,
    multiple: ({ media }) => (media.resolution === "2160p" ? 0.03 : 0.16) * Math.exp(0.2 * normal()),
  },
  {
    name: "three of a hundred take a night",
    works: ["video"],
    multiple: () => 0.45 * Math.exp(0.3 * normal()) * night(),
  },
  {
    name: "twice as slow from half way on",
    works: ["video"],
    multiple: (_, done) => (done < 200 ? 0.4 : 0.8) * Math.exp(0.2 * normal()),
  },
  {
    name: "copies and sound on a slow disk",
    works: ["copy", "audio"],
    multiple: () => 2 * Math.exp(0.4 * normal()),
  },
];

const amountsOf = (left: readonly Film[]): ReturnType<Store["workload"]["queued"]> => {
  const groups = Map.groupBy(left, (film) => `${film.work} ${pictureOf(film.work, film.media)}`);
  return [...groups.values()].map((group) => {
    const { work, media } = group[0] as Film;
    const picture = pictureOf(work, media);
    return {
      work,
      picture,
      films: group.length,
      bytes: group.reduce((sum, each) => sum + each.sizeBytes, 0),
      nominalSeconds: group.reduce((sum, each) => sum + nominalSeconds({ ...each, picture }), 0),
    };
  });
};

const said = (told: readonly Told[]): string => {
  const { films: count, within, medianError } = accuracyOf(told);
  const width = ({ low, high }: Told): string => (high / low).toFixed(1).padStart(4);
  const [first, last] = [told[0], told.at(-1)];
  return [
    `${String(Math.round((100 * within) / count)).padStart(3)} %`,
    `${String(Math.round(100 * (medianError ?? 0))).padStart(3)} % off`,
    first && last ? `${width(first)} → ${width(last)}` : "",
  ].join("  ");
};

const simulate = (store: Store, { works, isHardware = false, multiple }: Machine): string => {
  const encoder = { kind: "found", name: "made up", codec: "x", isHardware } as const;
  const library = films(works);
  const took = library.map((film, at) => {
    const picture = pictureOf(film.work, film.media);
    return nominalSeconds({ ...film, picture }) * multiple(film, at);
  });
  const [each, whole]: [Told[], Told[]] = [[], []];
  library.forEach((film, at) => {
    const left = library.slice(at);
    const workload = { queued: () => amountsOf(left), lost: () => 0 };
    const times = workTimes({
      store: {
        pastRuns: store.pastRuns,
        calibrations: store.calibrations,
        workload: { ...store.workload, ...workload },
      },
      encoder,
      parts: null,
    });
    const seconds = took[at] ?? 0;
    if (at % 20 === 0 && at < 380) {
      const [low, high] = times.queue([], { copies: 1, encodes: 1 }).seconds;
      whole.push({ low, high, seconds: took.slice(at).reduce((sum, one) => sum + one, 0) });
    }
    const expected = times.film(film);
    if (!expected) return;
    each.push({ ...expected, seconds });
    store.pastRuns.add(expected, seconds);
  });
  return `${said(each)}   | ${said(each.slice(0, 10))}   | ${said(whole)}`;
};

console.log("all films                    | the first ten                | all that is left");
for (const machine of MACHINES) {
  const folder = mkdtempSync(join(tmpdir(), "cvc-time-"));
  const store = openStore({ file: join(folder, "library.sqlite") });
  console.log(`${store.transaction(() => simulate(store, machine))}   ${machine.name}`);
  store.close();
  rmSync(folder, { recursive: true });
}
