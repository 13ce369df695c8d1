"""Data that a unit learns from, made on the spot: nothing is downloaded, and the same generator gives the same data.

A module a language or task: ``tiny`` (a language of a few sentences, units 01 and 02), ``agreement`` (subject and verb
far apart, unit 03), ``reber`` (the embedded Reber grammar with its automaton, units 06 and 07), and of unit 07
``temporal_order``, ``adding`` and ``two_sequence``, the tasks of 1997; of unit 08 ``english`` (prose as characters),
``clauses`` (agreement in whole sentences), ``restaurants`` (meanings and what they are said as) and ``verses`` (that
rhyme); of unit 09 ``spikes`` (how long was it quiet?) and ``expressions`` (as trees and as text); of unit 11
``matches`` (reports, and the line that sums each up); of unit 12 ``reviews`` (good or bad, with negation and contrast);
of unit 14 ``paraphrases`` (who did what to whom). Some hold no data and are learned from all the same: ``broken`` (the
eight broken backward passes of unit 06's lab), ``ngrams`` (what unit 08's networks are compared with), ``windows``
(what unit 14's is), ``sc_lstm``, ``relatives`` and ``forests`` (ways back, of units 08 and 09). Like the figures they
are also on the learner's side of a class: they need numpy and nothing else of this package.
"""
