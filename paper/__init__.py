"""The paper, run again: from folders of results to the tables, figures and generated text of results/paper."""
