/** The fields of a page's largest form, as a browser without scripts would send them. */
const unescaped = (text: string): string =>
  text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");

const attribute = (tag: string, name: string): string | null => {
  const found = new RegExp(`\\b${name}="([^"]*)"`).exec(tag);
  return found ? unescaped(found[1] ?? "") : null;
};

/** Buttons are left out: which one is pressed the test says. */
export const formOf = (page: string): URLSearchParams => {
  const forms = [...page.matchAll(/<form[\s\S]*?<\/form>/g)].map(([form]) => form);
  const form = forms.toSorted((left, right) => right.length - left.length)[0] ?? "";
  const sent = new URLSearchParams();
  for (const [tag, kind] of form.matchAll(/<(input|select|textarea)\b[^>]*>/g)) {
    const name = attribute(tag, "name");
    if (name === null) continue;
    const rest = form.slice(form.indexOf(tag) + tag.length);
    if (kind === "select") {
      const options = rest.slice(0, rest.indexOf("</select>"));
      sent.append(name, attribute(/<option [^>]*selected>/.exec(options)?.[0] ?? "", "value") ?? "");
    } else if (kind === "textarea")
      sent.append(name, unescaped(rest.slice(0, rest.indexOf("</textarea>")).replace(/^\n/, "")));
    else if (!/type="checkbox"/.test(tag) || / checked/.test(tag))
      sent.append(name, attribute(tag, "value") ?? "on");
  }
  return sent;
};
