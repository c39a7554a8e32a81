// Asks the browser for a passkey on behalf of a form, and sends the form with the answer.
//
// A form with `data-passkey="get"` first asks `data-options` what to sign; one with `data-passkey="create"` has it in
// `data-options` itself. Such forms are hidden until it is known that this browser can.
(() => {
  "use strict";

  const decode = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

  const encode = (buffer) =>
    btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");

  const described = (list) => (list || []).map((one) => ({ ...one, id: decode(one.id) }));

  async function create(options) {
    const publicKey = {
      ...options,
      challenge: decode(options.challenge),
      user: { ...options.user, id: decode(options.user.id) },
      excludeCredentials: described(options.excludeCredentials),
    };
    const made = await navigator.credentials.create({ publicKey });
    return {
      id: made.id,
      rawId: encode(made.rawId),
      type: made.type,
      response: {
        attestationObject: encode(made.response.attestationObject),
        clientDataJSON: encode(made.response.clientDataJSON),
      },
    };
  }

  async function get(options) {
    const publicKey = {
      ...options,
      challenge: decode(options.challenge),
      allowCredentials: described(options.allowCredentials),
    };
    const used = await navigator.credentials.get({ publicKey });
    const handle = used.response.userHandle;
    return {
      id: used.id,
      rawId: encode(used.rawId),
      type: used.type,
      response: {
        authenticatorData: encode(used.response.authenticatorData),
        clientDataJSON: encode(used.response.clientDataJSON),
        signature: encode(used.response.signature),
        userHandle: handle && handle.byteLength ? encode(handle) : null,
      },
    };
  }

  async function asked(form) {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.dataset.options, { method: "POST", body, credentials: "same-origin" });
    if (!answer.ok) throw new Error("ended");
    return answer.json();
  }

  function words(error) {
    if (error.message === "ended") return "This step has ended. Load the page again.";
    if (error.name === "InvalidStateError") return "This device has a passkey for your account already.";
    if (error.name === "NotAllowedError") return "No passkey was used. Try again, or go on without one.";
    return "The browser cannot use a passkey here.";
  }

  async function answer(form) {
    const button = form.querySelector("button");
    const said = form.querySelector("[data-part=passkey-error]");
    button.disabled = true;
    said.hidden = true;
    try {
      const made = form.dataset.passkey === "create";
      const options = made ? JSON.parse(form.dataset.options) : await asked(form);
      const credential = await (made ? create(options) : get(options));
      form.elements.namedItem("credential").value = JSON.stringify(credential);
      HTMLFormElement.prototype.submit.call(form);
    } catch (error) {
      said.textContent = words(error);
      said.hidden = false;
      button.disabled = false;
    }
  }

  if (!window.isSecureContext || !window.PublicKeyCredential) return;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      answer(form);
    });
  }
})();
