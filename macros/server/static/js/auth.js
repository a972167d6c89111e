// How the client says who asks: by Entra ID, or by a token that a person pasted into the pane.
const TOKEN = "xlmatrix-token";

globalThis.getAuth = async function () {
  if (config.authProviders.includes("entraid")) {
    return { token: await xlwings.getAccessToken(), provider: "entraid" };
  }
  if (config.authProviders.includes("tokens")) {
    return { token: localStorage.getItem(TOKEN) ?? "", provider: "tokens" };
  }
  return { token: "", provider: "" };
};

document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("token-form");
  if (form === null || !config.authProviders.includes("tokens")) {
    return;
  }
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const field = document.getElementById("token");
    localStorage.setItem(TOKEN, field.value.trim());
    field.value = "";
    document.getElementById("token-said").textContent = "Kept on this computer.";
  });
});
