/**
 * Which character set a subtitle file is written in, told from its bytes: a byte order mark, zeros of UTF-16, valid
 * UTF-8, else the guess under which most letters are those of a language that uses the set. A language that is known
 * (from the file's name or the track's tag) decides between guesses. Names are those of the WHATWG Encoding standard,
 * which ffmpeg's iconv knows too.
 */
import { shortLanguage } from "./judge-audio.ts";

type Guess = {
  /** ISO 639-1 of the languages written so. */
  readonly languages: string;
  readonly charsets: readonly string[];
  /** What makes up their texts outside ASCII; of capitals only the small letter. */
  readonly letters: string;
};

/** Letters by the alphabets of each language; for Chinese and Korean the commonest characters of running text. */
const GUESSES: readonly Guess[] = [
  { languages: "fr en nl", charsets: ["windows-1252"], letters: "àâçéèêëîïôùûüœæ" },
  { languages: "de", charsets: ["windows-1252"], letters: "äöüß" },
  { languages: "es ca gl eu", charsets: ["windows-1252"], letters: "áéíóúüñçàèò" },
  { languages: "pt", charsets: ["windows-1252"], letters: "áàâãçéêíóôõúü" },
  { languages: "it", charsets: ["windows-1252"], letters: "àèéìòù" },
  { languages: "sv da nb no nn fi", charsets: ["windows-1252"], letters: "åäöæøé" },
  { languages: "is fo", charsets: ["windows-1252"], letters: "áéíóúýþæöðø" },
  { languages: "pl", charsets: ["windows-1250", "iso-8859-2"], letters: "ąćęłńóśźż" },
  { languages: "cs sk", charsets: ["windows-1250", "iso-8859-2"], letters: "áčďéěíňóřšťúůýžľĺŕôä" },
  { languages: "hu", charsets: ["windows-1250", "iso-8859-2"], letters: "áéíóöőúüű" },
  { languages: "hr sl bs", charsets: ["windows-1250", "iso-8859-2"], letters: "čćđšž" },
  { languages: "ro", charsets: ["windows-1250", "iso-8859-2"], letters: "ăâîşţ" },
  { languages: "tr az", charsets: ["windows-1254"], letters: "çğıiöşüâ" },
  {
    languages: "ru uk bg be mk sr kk mn",
    charsets: ["windows-1251", "iso-8859-5", "koi8-r"],
    letters: "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґўјљњћђџѓќѕ",
  },
  {
    languages: "el",
    charsets: ["windows-1253", "iso-8859-7"],
    letters: "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",
  },
  { languages: "ja", charsets: ["shift_jis", "euc-jp"], letters: "" },
  {
    languages: "ko",
    charsets: ["euc-kr"],
    letters: "이다는을를가에의은지고하나도어아있게서그니까해요내네거야기라로사",
  },
  {
    languages: "zh",
    charsets: ["gb18030"],
    letters: "的一是不了我你在有他这们来说到人就大会那要没什么个好吗她去想知道得为能对",
  },
  {
    languages: "zh",
    charsets: ["big5"],
    letters: "的一是不了我你在有他這們來說到人就大會那要沒什麼個好嗎她去想知道得為能對",
  },
];

/** Sets that are taken on the word of the language alone: their letters are not told apart here. */
const BY_LANGUAGE: Readonly<Record<string, string>> = {
  he: "windows-1255",
  ar: "windows-1256",
  fa: "windows-1256",
  lt: "windows-1257",
  lv: "windows-1257",
  et: "windows-1257",
  vi: "windows-1258",
  th: "windows-874",
};

/** Bytes that are looked at: a film's subtitles are some 100 kB, and all of a kind. */
const SAMPLE_BYTES = 262_144;

/** The character set of a text; `language` is a tag or null. Never fails: what cannot be told is windows-1252. */
export const detectCharset = (bytes: Uint8Array, language: string | null): string => {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const told = byMark(sample) ?? byZeros(sample) ?? (isUtf8(sample) ? "utf-8" : null);
  if (told !== null) return told;
  const short = language === null ? null : (shortLanguage(language).split("-")[0] ?? null);
  if (short !== null && Object.hasOwn(BY_LANGUAGE, short)) return BY_LANGUAGE[short] ?? "windows-1252";
  const own = GUESSES.filter((each) => short !== null && each.languages.split(" ").includes(short));
  let best = { charset: "windows-1252", score: Number.NEGATIVE_INFINITY };
  for (const guess of own.length > 0 ? own : GUESSES)
    for (const charset of guess.charsets) {
      const score = scoreOf(decode(sample, charset), guess);
      if (score > best.score) best = { charset, score };
    }
  return best.charset;
};

/** The text of a subtitle file, whatever its character set; without its byte order mark. */
export const decodeText = (bytes: Uint8Array, language: string | null): string =>
  decode(bytes, detectCharset(bytes, language));

/** 0x80 to 0x9F of windows-1252, which Node 20 takes for ISO-8859-1 (measured with 20.20). */
const HIGH_CONTROLS = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ";

const decode = (bytes: Uint8Array, charset: string): string => {
  const text = new TextDecoder(charset).decode(bytes);
  if (charset !== "windows-1252") return text;
  return text.replace(/[\u0080-\u009F]/g, (each) => HIGH_CONTROLS[each.charCodeAt(0) - 0x80] ?? each);
};

const byMark = ([first, second, third]: Uint8Array): string | null => {
  if (first === 0xef && second === 0xbb && third === 0xbf) return "utf-8";
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : null;
};

/** In UTF-16 the digits of the times have a zero byte each, on one side; no other set has zeros at all. */
const byZeros = (bytes: Uint8Array): string | null => {
  const zeros = [0, 0];
  bytes.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  });
  const [even = 0, odd = 0] = zeros;
  const least = bytes.length / 20;
  if (odd > least && odd > 10 * even) return "utf-16le";
  return even > least && even > 10 * odd ? "utf-16be" : null;
};

/** Valid but for a cut-off end or a stray byte: other sets make hardly one valid sequence. */
const isUtf8 = (bytes: Uint8Array): boolean => {
  const text = decode(bytes, "utf-8");
  const wide = text.match(/[^\0-\x7F\uFFFD]/g)?.length ?? 0;
  const broken = text.match(/\uFFFD/g)?.length ?? 0;
  return broken === 0 || (broken === 1 ? wide > 0 : broken * 20 < wide);
};

const PUNCTUATION = /[“”„‘’‚«»‹›…–—¿¡°´№\u00A0]/;
const KANA = /[\u3041-\u30FF]/u;
/** Hiragana and katakana are hits of Japanese; the ideographs between them are neither. */
const NEUTRAL_IN_JAPANESE = /[\u4E00-\u9FFF\u3000-\u303F\uFF01-\uFF5E]/u;

/**
 * How well a text fits a language, at most 1: the share of its characters outside ASCII that are letters of it, less
 * twice the share that fits nothing. Capitals inside a word and signs between letters fit nothing.
 */
const scoreOf = (text: string, guess: Guess): number => {
  const isAsian = ["ja", "ko", "zh"].includes(guess.languages);
  const letters = new Set(guess.letters);
  let [hits, misses, counted] = [0, 0, 0];
  let before = "";
  for (const each of text) {
    if (each > "\x7F") {
      const found = isAsian ? asianFit(each, guess, letters) : alphabetFit(each, before, letters);
      if (found !== "neutral") counted++;
      if (found === "hit") hits++;
      if (found === "miss") misses++;
    }
    before = each;
  }
  if (counted === 0) return 0;
  // The commonest characters make up about a third of a Chinese or Korean text.
  const reach = guess.letters !== "" && isAsian ? 3 : 1;
  return Math.min(1, (reach * hits) / counted) - (2 * misses) / counted;
};

type Fit = "hit" | "miss" | "other" | "neutral";

const alphabetFit = (each: string, before: string, letters: ReadonlySet<string>): Fit => {
  const small = each.toLowerCase();
  const isInWord = /\p{L}/u.test(before);
  if (letters.has(small))
    return small !== each && isInWord && before === before.toLowerCase() ? "miss" : "hit";
  if (PUNCTUATION.test(each)) return isInWord && !"’‘´…”“»«–—\u00A0".includes(each) ? "miss" : "neutral";
  return "miss";
};

const asianFit = (each: string, guess: Guess, letters: ReadonlySet<string>): Fit => {
  if (guess.languages === "ja")
    return KANA.test(each) ? "hit" : NEUTRAL_IN_JAPANESE.test(each) ? "neutral" : "miss";
  if (letters.has(each)) return "hit";
  const own = guess.languages === "ko" ? /[\uAC00-\uD7A3]/ : /[\u4E00-\u9FFF]/;
  if (own.test(each)) return "other";
  return /[\u3000-\u303F\uFF01-\uFF5E]|\p{P}/u.test(each) ? "neutral" : "miss";
};
