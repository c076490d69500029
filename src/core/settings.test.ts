import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseSettings, profileOf, type Settings, type SettingsIssue } from "./settings.ts";
import { defaultEncodingProfile } from "./settings-profile.ts";

const settings = (value: unknown): Settings => {
  const parsed = parseSettings(value);
  assert.equal(parsed.kind, "ok", JSON.stringify(parsed));
  return parsed.kind === "ok" ? parsed.settings : assert.fail();
};
const issues = (value: unknown): readonly SettingsIssue[] => {
  const parsed = parseSettings(value);
  return parsed.kind === "invalid" ? parsed.issues : [];
};

/** A value of an encoding profile that is accepted, and what it becomes. */
const accepts = (profile: object, wanted: object): void => {
  test(`accepts ${JSON.stringify(profile)}`, () => {
    const found = settings({ profiles: { movies: profile } }).profiles.movies;
    assert.deepEqual({ ...found, ...wanted }, found);
  });
};
/** Settings that are refused: the key and the words. */
const refuses = (value: unknown, path: string, says: RegExp): void => {
  test(`refuses ${JSON.stringify(value)}`, () => {
    const [issue, ...more] = issues(value);
    assert.deepEqual(more, []);
    assert.equal(issue?.path, path);
    assert.match(issue?.message ?? "", says);
  });
};
const refusesProfile = (profile: Readonly<Record<string, unknown>>, path: string, says: RegExp): void =>
  refuses({ profiles: { movies: profile } }, `profiles.movies.${path}`, says);

test("nothing at all is a whole set of settings", () => {
  for (const nothing of [undefined, null, {}]) {
    const found = settings(nothing);
    assert.deepEqual(found.devices, ["chromecast-2", "chromecast-3"]);
    assert.equal(found.operational.gpu_only, true);
    assert.deepEqual(found.jellyfin, { url: "", api_key: "", path_map: {}, libraries: {} });
  }
});
test("folders have one spelling", () => {
  const folders = { root: "/f/films//", output: "/x/../out/", archive: "/archive/" };
  const { films } = settings({ libraries: { films: folders } }).libraries;
  assert.deepEqual([films?.root, films?.output, films?.archive], ["/f/films", "/out", "/archive"]);
});
test("the default profile is the safe one", () => {
  const { resolution, max_fps, level, max_bitrate, bufsize } = defaultEncodingProfile;
  assert.deepEqual(
    [resolution, max_fps, level, max_bitrate, bufsize],
    [{ width: 1280, height: 720 }, 30, "4.1", 8e6, 16e6],
  );
});

accepts({ max_bitrate: "6M" }, { max_bitrate: 6_000_000 });
accepts({ max_bitrate: 6_000_000 }, { max_bitrate: 6_000_000 });
accepts({ max_bitrate: "12M" }, { max_bitrate: 12_000_000 });
accepts({ max_bitrate: "18M", bufsize: "4M" }, { bufsize: 4_000_000 });
accepts({ max_bitrate: "2.5 m" }, { max_bitrate: 2_500_000 });
accepts({ max_bitrate: "800k" }, { max_bitrate: 800_000 });
accepts({ level: 4 }, { level: "4.0" });
accepts({ level: 3.1 }, { level: "3.1" });
accepts({ level: "3.2" }, { level: "3.2" });
accepts({ resolution: "1920x1080" }, { resolution: { width: 1920, height: 1080 } });
accepts({ codec: "H264" }, { codec: "h264" });
accepts(
  { audio: { channels: 1, bitrate: "96k" } },
  { audio: { codec: "aac", bitrate: 96_000, channels: 1, surround: "drop" } },
);

refusesProfile({ max_bitrate: "fast" }, "max_bitrate", /write 8M or 192k/);
refusesProfile({ max_bitrate: "0" }, "max_bitrate", /"0" must be 100k to 20M/);
refusesProfile({ max_bitrate: "50M" }, "max_bitrate", /100k to 20M/);
refusesProfile({ bufsize: "1G" }, "bufsize", /write 8M/);
refusesProfile({ max_bitrate: "14M" }, "max_bitrate", /bufsize 16M two seconds may reach 22M.*at most 20M/);
refusesProfile({ bufsize: "25M" }, "max_bitrate", /20\.5M/);
refusesProfile({ audio: { bitrate: "1M" } }, "audio.bitrate", /32k to 512k/);
refusesProfile({ audio: { channels: 6 } }, "audio.channels", /silent on a Chromecast; write 2/);
refusesProfile({ audio: { codec: "ac3" } }, "audio.codec", /write aac/);
refusesProfile({ codec: "hevc" }, "codec", /write h264/);
refusesProfile({ profile: "high10" }, "profile", /main or high/);
refusesProfile({ level: "5.2" }, "level", /no higher level/);
refusesProfile({ level: 5 }, "level", /no higher level/);
for (const resolution of ["1281x720", "1280x721", "3840x2160", "1080x1920", "720p", "1280 x 720"])
  refusesProfile({ resolution }, "resolution", /WIDTHxHEIGHT, even, at most 1920x1080/);
refusesProfile({ max_fps: 23 }, "max_fps", /24/);

refuses("settings", "(file)", /object/);
refuses([], "(file)", /object/);
refuses({ devices: [] }, "devices", /1/);
refuses({ devices: ["chromecast-9"] }, "devices.0", /chromecast-2/);
refuses({ libraries: { "my films": { root: "/f" } } }, "libraries.my films", /letters, digits|Invalid key/);
refuses({ libraries: { films: {} } }, "libraries.films.root", /string/);
refuses(
  { libraries: { films: { root: "/f", profile: "anime" } } },
  "libraries.films.profile",
  /no profile "anime"/,
);
refuses(
  { libraries: { films: { root: "/f", profile: "constructor" } } },
  "libraries.films.profile",
  /no profile/,
);
refuses(
  { libraries: { films: { root: "/f", original: "delete" } } },
  "libraries.films.original",
  /remove_original_after_success/,
);
const refusesRoots = (first: string, second: string, refused: string): void =>
  refuses(
    { libraries: { films: { root: first }, kids: { root: second } } },
    `libraries.${refused}.root`,
    refused === "kids" ? /lies in the library "films"/ : /lies in the library "kids"/,
  );
refusesRoots("/f", "/f", "kids");
refusesRoots("/f", "/x/../f/", "kids");
refusesRoots("/f/", "/f/Kids", "kids");
refusesRoots("/f/Kids", "/f", "films");
refusesRoots("/", "/f", "kids");
test("roots side by side may begin alike", () => {
  settings({ libraries: { films: { root: "/films" }, more: { root: "/films 2" }, kids: { root: "/f" } } });
});
refuses({ operational: { schedule: ["at night"] } }, "operational.schedule.0", /22:00-07:00/);

refuses({ operationel: {} }, "operationel", /did you mean operational\?/);
refuses({ xyzzy: 1 }, "xyzzy", /known here: devices, device_profiles, libraries/);
refuses({ operational: { gpu_onyl: true } }, "operational.gpu_onyl", /did you mean gpu_only\?/);
refuses(
  { libraries: { films: { root: "/f", rooot: "/g" } } },
  "libraries.films.rooot",
  /did you mean root\?/,
);
refuses(
  { profiles: { movies: { audio: { chanels: 2 } } } },
  "profiles.movies.audio.chanels",
  /did you mean channels\?/,
);
refuses({ jellyfin: { uri: "x" } }, "jellyfin.uri", /did you mean url\?/);
refuses({ notifiers: { webhook: { urls: "x" } } }, "notifiers.webhook.urls", /did you mean url\?/);

test("deleting originals is possible when it is said twice", () => {
  const found = settings({
    libraries: { films: { root: "/f", original: "delete" } },
    operational: { remove_original_after_success: true },
  });
  assert.equal(found.libraries.films?.original, "delete");
});

test("a library's profile, or the default one", () => {
  const found = settings({
    libraries: {
      films: { root: "/f" },
      shows: { root: "/s", profile: "series" },
      mine: { root: "/m", profile: "small" },
    },
    profiles: { small: { resolution: "640x360" } },
  });
  const of = (name: string) => profileOf(found, found.libraries[name] ?? assert.fail());
  assert.deepEqual([of("films"), of("shows")], [defaultEncodingProfile, defaultEncodingProfile]);
  assert.deepEqual(of("mine").resolution, { width: 640, height: 360 });
});

refuses({ plex: { url: "nas:32400" } }, "plex.url", /must be the address of a server/);
refuses({ emby: { path_map: { films: "/x" } } }, "emby.path_map.films", /must begin with \//);
refuses({ radarr: { path_map: { "/x": "" } } }, "radarr.path_map./x", /as the server sees it/);

test("servers without an address are there, and unused", () => {
  const parsed = parseSettings({ jellyfin: null, emby: { url: "https://nas/emby" } });
  assert.ok(parsed.kind === "ok");
  const { plex, jellyfin, emby } = parsed.settings;
  assert.deepEqual(plex, { url: "", token: "", path_map: {} });
  assert.deepEqual(jellyfin, { url: "", api_key: "", path_map: {}, libraries: {} });
  assert.deepEqual(emby, { url: "https://nas/emby", api_key: "", path_map: {} });
});

test("every problem is told at once", () =>
  assert.deepEqual(
    issues({ devices: [], operational: { max_attempts: 0 } }).map(({ path }) => path),
    ["devices", "operational.max_attempts"],
  ));

test("any value gives settings or issues with words", () => {
  const keys = fc.constantFrom(
    "devices",
    "libraries",
    "profiles",
    "operational",
    "jellyfin",
    "constructor",
    "x",
  );
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.dictionary(keys, fc.jsonValue())), (value) => {
      for (const issue of issues(value)) assert.ok(issue.path !== "" && issue.message !== "");
    }),
  );
});
