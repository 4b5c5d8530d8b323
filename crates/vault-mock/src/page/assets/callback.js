// Tells the window that has opened this one how the authorization ended, and closes this one.
"use strict";

const query = new URLSearchParams(location.search);
const fragment = new URLSearchParams(location.hash.slice(1));
const failed = query.has("error_type");

// As the service's page does: the opener may be of any origin.
if (opener && failed) {
  opener.postMessage(
    {
      type: "oauth_error",
      error: query.get("error_type"),
      errorDescription: query.get("error_message"),
      serviceId: query.get("service_id"),
    },
    "*",
  );
} else if (opener && fragment.has("confirm_token")) {
  opener.postMessage(
    {
      type: "oauth_complete",
      nonce: fragment.get("nonce"),
      confirmToken: fragment.get("confirm_token"),
      serviceId: fragment.get("service_id"),
      success: true,
    },
    "*",
  );
}

// Nobody else would say what went wrong.
if (opener || !failed) close();
