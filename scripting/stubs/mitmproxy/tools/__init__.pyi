"""The programs of the reference. Scripts are run by this one."""
