/** A library in which everything waits to be encoded: tiny real files, and a database as an assessment leaves it. */
import { hash } from "node:crypto";
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { parseFfprobe } from "../../src/core/ffprobe-json.ts";
import { toMicroseconds } from "../../src/core/fingerprint.ts";
import { mediaKindOf } from "../../src/core/media-kind.ts";
import { planConversion, type Wish, whyOf } from "../../src/core/plan.ts";
import { judge } from "../../src/core/verdict.ts";
import { nameColumns } from "../../src/edges/store/asset-row.ts";
import { packJson } from "../../src/edges/store/columns.ts";
import { mediaColumn } from "../../src/edges/store/media-column.ts";
import { openStore } from "../../src/edges/store/store.ts";
import { PROBES } from "../../test/support/films.ts";

/** Lengths of an episode, a longer one and a film, as in `bench/time-left.ts`; seconds. */
const LENGTHS = [1500, 2700, 6000] as const;
const FILMS_A_FOLDER = 100;
const RESULT_BYTES = 40;

const pathOf = (library: string, index: number): string =>
  `Shelf ${Math.floor(index / FILMS_A_FOLDER)}/Film ${index} of ${library}.mkv`;
const contentOf = (library: string, index: number): string =>
  `Film ${index} of ${library}, not a real one.\n`;

const madeFor = (wish: Wish) =>
  LENGTHS.map((seconds) => {
    const probe = PROBES.picture;
    const parsed = parseFfprobe({ ...probe, format: { ...probe.format, duration: String(seconds) } });
    if (parsed.kind !== "media") throw new Error("the probe is none");
    const { media } = parsed;
    const verdict = judge(media, wish);
    const plan = planConversion(media, verdict, wish);
    return {
      seconds,
      packed: packJson(media),
      raw: packJson(probe),
      columns: {
        work: plan.work,
        why: whyOf(plan.reasons),
        reasons: JSON.stringify(plan.reasons.map(({ code }) => code)),
        media: mediaColumn(mediaKindOf(media, verdict)),
        // What a worker will write here: by the size of a real film the disk would be thought full.
        expected: RESULT_BYTES,
      },
    };
  });

/** Fills `root` and the database in `file` with `films` films of `library`, all of them Queued. */
export const fillQueue = (
  { root, file, library, wish }: { root: string; file: string; library: string; wish: Wish },
  films: number,
): void => {
  const store = openStore({ file });
  store.wishes.put(library, wish);
  store.close();
  const raw = new DatabaseSync(file);
  raw.exec("PRAGMA synchronous = OFF; BEGIN");
  const asset = raw.prepare(
    `INSERT INTO assets (library, path, state, work, why, action, reason_codes, media, expected_bytes, playing_seconds, size_bytes,
       modified_us, fingerprint, found_at, state_at, sort_name, year, show, season)
     VALUES (:library, :path, 'Queued', :work, :why, 'encode the picture', :reasons, :media, :expected, :seconds, :size, :modified,
       :fingerprint, :index, :index, :sort_name, :year, :show, :season)`,
  );
  const probe = raw.prepare("INSERT INTO probes VALUES (?, ?, ?, 1)");
  const kinds = madeFor(wish);
  for (let index = 0; index < films; index++) {
    const kind = kinds[index % kinds.length];
    if (!kind) continue;
    const [path, content] = [pathOf(library, index), contentOf(library, index)];
    const whole = join(root, path);
    if (index % FILMS_A_FOLDER === 0) mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, content);
    const fingerprint = hash("sha256", `${content.length}\n${content}`, "hex").slice(0, 32);
    probe.run(fingerprint, kind.packed, kind.raw);
    asset.run({
      library,
      path,
      ...kind.columns,
      seconds: kind.seconds,
      size: content.length,
      modified: toMicroseconds(statSync(whole).mtimeMs),
      fingerprint,
      index: index + 1,
      ...nameColumns(path),
    });
  }
  raw.exec("COMMIT; ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)");
  raw.close();
};
