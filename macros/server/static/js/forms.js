// A button whose script takes an argument sends what stands in the field that data-args-from names.
document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("[data-args-from]")) {
    const field = document.getElementById(button.dataset.argsFrom);
    const take = () => {
      button.setAttribute("xw-args", JSON.stringify([field.value]));
      button.disabled = field.value === "";
    };
    field.addEventListener("input", take);
    take();
  }
});
