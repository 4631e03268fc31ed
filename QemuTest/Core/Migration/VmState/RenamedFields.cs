namespace QemuTest.Migration;

/// <summary>Names that differ between versions of QEMU for the same data on the wire.</summary>
internal static class RenamedFields
{
    // Key: the name of the description, or of the section for descriptions. Value: names with the same meaning.
    private static readonly Dictionary<string, string[]> Names = new()
    {
        ["acpi-ghes"] = ["ghes_addr_le", "hw_error_le"],
        ["apic"] = ["timer", "timer_expiry"],
        ["cirrus_vga"] = ["hw_cursor_x", "vga.hw_cursor_x", "hw_cursor_y", "vga.hw_cursor_y"],
        ["e1000"] = ["dev", "parent_obj"],
        ["ehci"] = ["dev", "pcidev"],
        ["hpet"] = ["num_timers", "num_timers_save"],
        ["I440FX"] = ["dev", "parent_obj"],
        ["ich9_ahci"] = ["card", "parent_obj"],
        ["ich9-ahci"] = ["ahci", "ich9_ahci"],
        ["ioh3420"] = ["PCIDevice", "PCIEDevice"],
        ["ioh-3240-express-root-port"] = [
            "port.br.dev", "parent_obj.parent_obj.parent_obj",
            "port.br.dev.exp.aer_log", "parent_obj.parent_obj.parent_obj.exp.aer_log"],
        ["lsiscsi"] = ["dev", "parent_obj"],
        ["mch"] = ["d", "parent_obj"],
        ["pci_bridge"] = ["bridge.dev", "parent_obj", "bridge.dev.shpc", "shpc"],
        ["pcnet"] = ["pci_dev", "parent_obj"],
        ["PIIX3"] = ["pci_irq_levels", "pci_irq_levels_vmstate"],
        ["piix4_pm"] = [
            "dev", "parent_obj",
            "pci0_status", "acpi_pci_hotplug.acpi_pcihp_pci_status[0x0]",
            "pm1a.sts", "ar.pm1.evt.sts", "pm1a.en", "ar.pm1.evt.en",
            "pm1_cnt.cnt", "ar.pm1.cnt.cnt",
            "tmr.timer", "ar.tmr.timer", "tmr.overflow_time", "ar.tmr.overflow_time",
            "gpe", "ar.gpe"],
        ["qxl"] = ["num_surfaces", "ssd.num_surfaces"],
        ["rtl8139"] = ["dev", "parent_obj"],
        ["spapr_pci"] = [
            "dma_liobn[0]", "mig_liobn",
            "mem_win_addr", "mig_mem_win_addr", "mem_win_size", "mig_mem_win_size",
            "io_win_addr", "mig_io_win_addr", "io_win_size", "mig_io_win_size"],
        ["usb-ccid"] = ["abProtocolDataStructure", "abProtocolDataStructure.data"],
        ["usb-host"] = ["dev", "parent_obj"],
        ["usb-mouse"] = ["usb-ptr-queue", "HIDPointerEventQueue"],
        ["usb-tablet"] = ["usb-ptr-queue", "HIDPointerEventQueue"],
        ["vmware_vga"] = ["card", "parent_obj"],
        ["vmware_vga_internal"] = ["depth", "new_depth"],
        ["x3130-upstream"] = ["PCIDevice", "PCIEDevice"],
        ["xhci"] = ["pci_dev", "parent_obj"],
        ["xio3130-downstream"] = ["PCIDevice", "PCIEDevice"],
        ["xio3130-express-downstream-port"] = [
            "port.br.dev", "parent_obj.parent_obj.parent_obj",
            "port.br.dev.exp.aer_log", "parent_obj.parent_obj.parent_obj.exp.aer_log"],
        ["xio3130-express-upstream-port"] = [
            "br.dev", "parent_obj.parent_obj", "br.dev.exp.aer_log", "parent_obj.parent_obj.exp.aer_log"],
    };

    private static readonly (string, string)[] Sections = [("ICH9 LPC", "ICH9-LPC"), ("e1000-82540em", "e1000")];

    /// <summary>Gets whether two names within <paramref name="owner"/> have the same meaning.</summary>
    public static bool Same(string owner, string one, string other) =>
        one == other || (Names.TryGetValue(owner, out string[]? names) && names.Contains(one) && names.Contains(other));

    /// <summary>Gets the other name of a section; null where it has none.</summary>
    public static string? OtherSection(string section) =>
        Sections.Select(p => p.Item1 == section ? p.Item2 : p.Item2 == section ? p.Item1 : null).FirstOrDefault(n => n is not null);
}
