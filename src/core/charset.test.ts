import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeText } from "../../test/support/legacy-text.ts";
import { decodeText, detectCharset } from "./charset.ts";

/** A few cues of each language, as a subtitle file has them. */
const SAID: Readonly<Record<string, readonly string[]>> = {
  fr: ["Où étiez-vous ?", "C'est déjà la troisième fois.", "Ça va être très drôle, à mon avis."],
  de: ["Schöne Grüße aus München.", "Können Sie mich hören?", "Natürlich, das heißt: später."],
  es: ["¿Qué pasó mañana?", "¡Señor, el niño está aquí!", "No sé nada más."],
  pl: ["Gdzie jest mój płaszcz?", "Chciałbym się z tobą spotkać.", "Żółta łódź płynie wśród źdźbeł."],
  cs: ["Kde jsi byl včera večer?", "Příliš žluťoučký kůň.", "Nemůžu tě slyšet, řekni to znovu."],
  hu: ["Hol voltál tegnap este?", "Nagyon örülök, hogy itt vagy, hölgyem.", "Őrült nő, tűz és könyű szél."],
  tr: ["Dün gece neredeydin?", "Bu çok güzel bir gün, değil mi şef?", "Işık sönüyor, ağabey."],
  ru: ["Где ты был вчера вечером?", "Я не знаю, что тебе сказать.", "Послушай, это очень важно!"],
  uk: ["Де ти був учора ввечері?", "Я не знаю, що тобі сказати.", "Це дуже важливо, їй-богу, Євгене!"],
  bg: ["Къде беше снощи?", "Не знам какво да ти кажа.", "Слушай, това е много важно!"],
  el: ["Πού ήσουν χθες το βράδυ;", "Δεν ξέρω τι να σου πω.", "Άκουσε, είναι πολύ σημαντικό!"],
  ja: ["昨日の夜はどこにいたの？", "何て言えばいいか分からない。", "聞いて、とても大事なことなんだ！"],
  ko: ["어젯밤에 어디 있었어?", "무슨 말을 해야 할지 모르겠어.", "들어 봐, 이건 정말 중요한 일이야!"],
  zh: ["你昨天晚上在哪里？", "我不知道该对你说什么。", "听着，这是很重要的事情！"],
  tw: ["你昨天晚上在哪裡？", "我不知道該對你說什麼。", "聽著，這是很重要的事情！"],
};

const srt = (language: string): string =>
  (SAID[language] ?? [])
    .map((line, index) => `${index + 1}\r\n00:00:0${index},000 --> 00:00:0${index},900\r\n${line}\r\n`)
    .join("\r\n");

/** The text comes back from this set without a word of its language. */
const told = (language: string, charset: string, hint: string | null = null): void => {
  test(`${language} in ${charset}${hint === null ? "" : `, named ${hint}`}`, () => {
    const bytes = encodeText(srt(language), charset);
    assert.equal(decodeText(bytes, hint), srt(language), detectCharset(bytes, hint));
  });
};
for (const language of Object.keys(SAID)) {
  for (const charset of ["utf-16le", "utf-16be"]) told(language, charset);
  test(`${language} in UTF-8`, () =>
    assert.equal(detectCharset(new TextEncoder().encode(srt(language)), null), "utf-8"));
}
for (const language of ["fr", "de", "es"]) told(language, "iso-8859-1");
for (const language of ["pl", "cs", "hu"])
  for (const charset of ["windows-1250", "iso-8859-2"]) told(language, charset);
told("tr", "windows-1254");
for (const language of ["ru", "uk", "bg"])
  for (const charset of ["windows-1251", "iso-8859-5"]) told(language, charset);
told("ru", "koi8-r");
for (const charset of ["windows-1253", "iso-8859-7"]) told("el", charset);
for (const charset of ["shift_jis", "euc-jp"]) told("ja", charset);
told("ko", "euc-kr");
told("zh", "gb18030");
told("tw", "big5");

test("a name decides what the letters do not", () => {
  const word = Uint8Array.of(0xe4, 0xe0);
  for (const [hint, charset] of [
    ["ru", "windows-1251"],
    ["rus", "windows-1251"],
    ["pl", "windows-1250"],
    ["fr", "windows-1252"],
    ["he", "windows-1255"],
    ["pt-br", "windows-1252"],
  ] as const)
    assert.equal(detectCharset(word, hint), charset, hint);
});

test("marks of order", () => {
  assert.equal(decodeText(Uint8Array.of(0xef, 0xbb, 0xbf, 0x41), null), "A");
  assert.equal(decodeText(Uint8Array.of(0xff, 0xfe, 0x41, 0), null), "A");
  assert.equal(decodeText(Uint8Array.of(0xfe, 0xff, 0, 0x41), null), "A");
});

test("the signs that only Windows has", () =>
  assert.equal(decodeText(Uint8Array.of(0x93, 0xe9, 0x94, 0x20, 0x80), "fr"), "“é” €"));

test("capitals alone, and a text with next to nothing outside ASCII", () => {
  const shout = `1\n00:00:01,000 --> 00:00:02,000\n${srt("ru").toUpperCase()}`;
  assert.equal(decodeText(encodeText(shout, "windows-1251"), null), shout);
  for (const line of ["It’s a “café”, isn’t it?", "It is 20 °C – fine"])
    assert.equal(decodeText(encodeText(line, "windows-1254"), null), line);
});

test("UTF-8 that is cut off is still UTF-8; nothing at all is too", () => {
  assert.equal(detectCharset(new TextEncoder().encode(srt("ru")).subarray(0, -14), null), "utf-8");
  assert.equal(detectCharset(new Uint8Array(), null), "utf-8");
  const cut = new TextEncoder().encode("привет");
  assert.equal(detectCharset(cut.subarray(0, cut.length - 1), null), "utf-8");
});

test("any bytes are some text", () => {
  const all = Uint8Array.from({ length: 65_536 }, (_, index) => (index * 7919) % 251);
  for (const hint of [null, "ja", "constructor", "he"]) assert.equal(typeof decodeText(all, hint), "string");
});
