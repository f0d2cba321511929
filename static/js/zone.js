// Names the browser's time zone on the way in. Without scripts times are in UTC until chosen.

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
for (const field of document.querySelectorAll("input[name=browser_zone]")) field.value = zone ?? "";
