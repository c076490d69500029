/** What is known of a setting besides its value: what it is called, what it does, how it is asked for. */

type Choice = { readonly value: string; readonly label: string };

/** How a value is asked for, and what a text of the form means. */
export type FieldKind =
  /** One of a few. `isNumber`: written as a number. */
  | { readonly kind: "choice"; readonly choices: readonly Choice[]; readonly isNumber?: boolean }
  /** Any of a few. */
  | { readonly kind: "some"; readonly choices: readonly Choice[] }
  | { readonly kind: "number"; readonly min: number; readonly max: number; readonly step: number | "any" }
  | { readonly kind: "switch" }
  | { readonly kind: "text"; readonly example?: string }
  /** Texts between commas. */
  | { readonly kind: "list"; readonly example: string }
  /** A word or a whole number. */
  | { readonly kind: "word-or-number"; readonly example: string }
  | { readonly kind: "secret" }
  /** YAML, for what has a form of its own. */
  | { readonly kind: "yaml"; readonly example: string }
  /** The screens of the household. */
  | { readonly kind: "devices" }
  /** One of the profiles there are. */
  | { readonly kind: "profile" };

export const SECTIONS = [
  {
    id: "devices",
    title: "Screens",
    about: "Every film must play on all of the screens you tick. Fewer and newer screens mean less work.",
  },
  { id: "libraries", title: "Libraries", about: "The folders your films are in, and what happens to them." },
  {
    id: "profiles",
    title: "What an encode aims at",
    about: "A film that plays is never encoded to meet these. A library names the profile it uses.",
  },
  { id: "work", title: "Work", about: "How much is done at once, and by what." },
  {
    id: "rest",
    title: "When it rests",
    about: "Work pauses by itself before it does harm, and goes on by itself.",
  },
  {
    id: "originals",
    title: "Removing originals",
    about: "Nothing is ever removed unless the switch here is on and a library or the days below ask for it.",
  },
  { id: "looking", title: "Looking for films", about: "When a library is looked through." },
  {
    id: "notifiers",
    title: "Messages",
    about:
      "Who is told when something needs you, or of anything else you choose. Once one is in use, a button at the end of this page tests it.",
  },
  { id: "records", title: "Records", about: "How long logs and backups are kept." },
  {
    id: "servers",
    title: "Servers",
    about:
      "The servers that show or fetch your films. Each is used once its address is given; none is needed.",
  },
  { id: "others", title: "Other programs", about: "Who is told, and who may ask." },
] as const;
export type SectionId = (typeof SECTIONS)[number]["id"];

export type SettingField = {
  readonly key: string;
  readonly section: SectionId;
  readonly label: string;
  readonly help: string;
  readonly kind: FieldKind;
  readonly unit?: string;
  /** Shown only when asked for: few people ever change it. */
  readonly isRare?: true;
  /** Left out means something of its own, so that an empty field is not written. */
  readonly isOptional?: true;
};

const choices = (rows: Readonly<Record<string, string>>): readonly Choice[] =>
  Object.entries(rows).map(([value, label]) => ({ value, label }));

export const plain = (values: readonly (string | number)[]): readonly Choice[] =>
  values.map((each) => ({ value: String(each), label: String(each) }));

export const choice = (rows: Readonly<Record<string, string>>): FieldKind => ({
  kind: "choice",
  choices: choices(rows),
});
export const number = (min: number, max: number, step: number | "any" = 1): FieldKind => ({
  kind: "number",
  min,
  max,
  step,
});
export const SWITCH = { kind: "switch" } as const;

export type SettingRow = Omit<SettingField, "key" | "section">;

export const fieldsOf = (
  section: SectionId,
  prefix: string,
  rows: Readonly<Record<string, SettingRow>>,
): readonly SettingField[] =>
  Object.entries(rows).map(([key, row]) => ({ key: prefix + key, section, ...row }));
