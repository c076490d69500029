/**
 * The figures that Prometheus is given: one row each, from which they are made, documented and checked. No label ever holds
 * a name of a film or a folder: what they may hold is counted on one's hands, or named in the settings.
 */

type Row = {
  readonly kind: "gauge" | "counter" | "histogram";
  readonly help: string;
  readonly labels: readonly string[];
  readonly buckets?: readonly number[];
};

const gauge = <const L extends readonly string[]>(help: string, labels: L) =>
  ({ kind: "gauge", help, labels }) as const;
const counter = <const L extends readonly string[]>(help: string, labels: L) =>
  ({ kind: "counter", help, labels }) as const;
const histogram = <const L extends readonly string[]>(help: string, labels: L, buckets: readonly number[]) =>
  ({ kind: "histogram", help, labels, buckets }) as const;

const JOB_SECONDS = [1, 5, 15, 60, 300, 900, 1800, 3600, 7200, 14_400];
const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64];
const SCAN_SECONDS = [1, 5, 30, 120, 600, 3600];
const HTTP_SECONDS = [0.005, 0.025, 0.1, 0.5, 2.5, 10];

export const METRICS = {
  cvc_build_info: gauge("1; the versions are labels.", ["version", "node", "sqlite", "ffmpeg"]),
  cvc_ready: gauge("1 when /readyz says that the program is ready, else 0.", []),
  cvc_films: gauge("Films, by library, state and the work they need or needed.", [
    "library",
    "state",
    "work",
  ]),
  cvc_films_failed: gauge("Films that failed, by the code of the problem.", ["code"]),
  cvc_queue_films: gauge("Films of a lane: waiting for their turn, held for a person, or running.", [
    "lane",
    "state",
  ]),
  cvc_queue_slots: gauge("How many films of a lane may run at once.", ["lane"]),
  cvc_queue_paused: gauge("1 while a lane waits for the world; the code says for what.", ["lane", "code"]),
  cvc_pause_films: gauge(
    "Films that wait, by the code of what they wait for; 0 where it is over a limit and no film asks. Missing when nothing rests.",
    ["code"],
  ),
  cvc_queue_held: gauge("1 while a person holds the whole queue, else 0.", []),
  cvc_workers: gauge("Workers on other machines: working, paused, draining or silent.", ["state"]),
  cvc_worker_jobs: gauge("Films that a worker, or this machine, has in work, by lane.", ["worker", "lane"]),
  cvc_encoder_info: gauge("1; the encoder that is used is a label. Missing while none works.", [
    "encoder",
    "hardware",
  ]),
  cvc_job_seconds: histogram(
    "How long attempts took, checks included, by work and outcome.",
    ["work", "outcome"],
    JOB_SECONDS,
  ),
  cvc_job_failures_total: counter("Attempts that failed, by the code of the problem.", ["code"]),
  cvc_encode_speed_ratio: histogram(
    "Playing time by the time the attempt took, of films whose picture was encoded.",
    ["encoder"],
    SPEEDS,
  ),
  cvc_gpu_temperature_celsius: gauge("Temperature of a graphics card.", ["gpu", "name"]),
  cvc_gpu_utilization_ratio: gauge("How busy a graphics card is, 0 to 1.", ["gpu", "name"]),
  cvc_gpu_memory_used_bytes: gauge("Memory of a graphics card in use.", ["gpu", "name"]),
  cvc_gpu_memory_size_bytes: gauge("Memory of a graphics card.", ["gpu", "name"]),
  cvc_gpu_encoder_sessions: gauge("Encodes on a graphics card now, of all programs.", ["gpu", "name"]),
  cvc_disk_size_bytes: gauge("Size of the disk under a library, its results, its archive or the data.", [
    "place",
  ]),
  cvc_disk_free_bytes: gauge("What this program may still write there.", ["place"]),
  cvc_library_files: gauge("Files that the last scan saw.", ["library"]),
  cvc_library_scan_timestamp_seconds: gauge("When the last scan that could see the folder ended.", [
    "library",
  ]),
  cvc_library_problem: gauge("1 while a library cannot be scanned; the code says why.", ["library", "code"]),
  cvc_library_watch_info: gauge("1; how a library is watched is a label.", ["library", "mode"]),
  cvc_deliveries_waiting: gauge("What is still to be told to a notifier or a server.", ["kind", "name"]),
  cvc_delivery_failing: gauge(
    "1 while the last delivery to a notifier or a server failed; the code says why.",
    ["kind", "name", "code"],
  ),
  cvc_scan_seconds: histogram(
    "How long scans took, by how they ended.",
    ["library", "outcome"],
    SCAN_SECONDS,
  ),
  cvc_database_size_bytes: gauge("The database with its log.", []),
  cvc_database_free_bytes: gauge("Room in the database that is reused or given back.", []),
  cvc_database_trouble: gauge("1 while the database cannot be used; the code says why.", ["code"]),
  cvc_backup_timestamp_seconds: gauge("When the newest backup of the database was made.", []),
  cvc_kept_bytes: gauge("What the program keeps, by kind.", ["what"]),
  cvc_kept_limit_bytes: gauge("The limit of it, where it has one in bytes.", ["what"]),
  cvc_log_lost_lines: gauge("Lines of the log that could not be kept since the start.", []),
  cvc_http_request_seconds: histogram(
    "How long answers took, by the pattern of the route.",
    ["method", "route", "status"],
    HTTP_SECONDS,
  ),
} as const satisfies Readonly<Record<`cvc_${string}`, Row>>;

export type MetricName = keyof typeof METRICS;

type OfKind<K extends Row["kind"]> = {
  [N in MetricName]: (typeof METRICS)[N]["kind"] extends K ? N : never;
}[MetricName];

export type GaugeName = OfKind<"gauge">;
export type CounterName = OfKind<"counter">;
export type HistogramName = OfKind<"histogram">;
export type LabelsOf<N extends MetricName> = Readonly<Record<(typeof METRICS)[N]["labels"][number], string>>;
