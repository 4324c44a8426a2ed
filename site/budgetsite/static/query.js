// The query editor, where the YASGUI bundle is there; without it the plain form below works as well.
"use strict";
(function () {
  const place = document.getElementById("yasgui");
  const form = document.getElementById("plain");
  if (!place || typeof Yasgui === "undefined") return;

  const endpoint = new URL(place.dataset.endpoint, location.href).href;
  const vocabulary = JSON.parse(document.getElementById("vocabulary").textContent);
  const Yasqe = Yasgui.Yasqe;

  // Terms come from the vocabulary that this site serves, prefixes from this page; nothing is asked of anybody else.
  function complete(name, terms) {
    Yasqe.forkAutocompleter(name, { name: "own-" + name, persistenceId: null, get: () => Promise.resolve(terms) });
    const named = Yasqe.defaults.autocompleters;
    if (named.includes(name)) named.splice(named.indexOf(name), 1);
  }
  complete("property", vocabulary.properties);
  complete("class", vocabulary.classes);
  complete("prefixes", Object.entries(vocabulary.prefixes).map(([name, iri]) => name + ": <" + iri + ">"));

  place.hidden = false;
  form.hidden = true;
  document.getElementById("result").hidden = true;
  const editor = new Yasgui(place, {
    requestConfig: { endpoint: endpoint, method: "GET" },
    endpointCatalogueOptions: { getData: () => [{ endpoint: endpoint }] },
    copyEndpointOnNewTab: true,
    persistenceId: "budgetgraph",
    populateFromUrl: false,
    yasqe: { value: form.elements.query.value, createShareableLink: null, resizeable: true },
  });
  const asked = form.elements.query.value;
  const tab = editor.getTab() || editor.addTab(true);
  tab.setQuery(asked);
  if (place.dataset.run) tab.query().catch(() => undefined);
})();
