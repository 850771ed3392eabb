// The name of the person at this browser, so that it is typed once.

const NAME = "suanlu.name";

export function rememberedName() {
  try {
    return localStorage.getItem(NAME) ?? "";
  } catch {
    return ""; // a browser without storage: it is typed each time
  }
}

export function rememberName(name) {
  try {
    localStorage.setItem(NAME, name);
  } catch {
    return; // as above
  }
}
