"""The feed to the Caisse des Dépôts: who is to be declared, as what, in which file, and what was answered."""
