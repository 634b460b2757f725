// A question on its page beside the text: lists are put in order by hand, as in a quiz.

import { serve } from "./sorting.js";

document.documentElement.classList.add("live");
serve(document.querySelector(".here"));
